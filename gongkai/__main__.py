"""`python -m gongkai` does what `gongkai` does."""

from gongkai.cli import main

if __name__ == "__main__":
    main()
