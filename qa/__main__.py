"""`python -m qa` is the command `sitasi`."""

from qa.cli import main

if __name__ == "__main__":
    main()
