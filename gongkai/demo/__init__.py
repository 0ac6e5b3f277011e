"""The demo sites: three made-up districts whose pages show, without a network, what the program does.

catalogue (what stands where, as data) + figures.toml ─▶ prose ─▶ carriers ─▶ chrome, lists ─▶ pages ─▶ server
"""

from gongkai.demo.catalogue import DAY_TWO
from gongkai.demo.pages import build_sites
from gongkai.demo.server import DemoServers, serve_sites

__all__ = ["DAY_TWO", "DemoServers", "build_sites", "serve_sites"]
