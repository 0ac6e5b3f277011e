"""The face: command line and demo sites. Wiring and rendering; the logic lives in the other rooms.

crawling (a site's walk, then the loop that reads what it brought) ─▶ cli (what people type and see)
"""
