"""`python -m lampolicy` is the command `lampolicy`."""

from lampolicy.cli import main

if __name__ == "__main__":
    main()
