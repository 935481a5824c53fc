"""`python -m sortition.cli`: the lottery house by itself."""

from sortition.cli import sortition

if __name__ == "__main__":
    sortition()
