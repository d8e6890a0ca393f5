"""``python -m audioscape_server`` is the command ``audioscape``."""

from audioscape_server.cli import main

if __name__ == "__main__":
    main()
