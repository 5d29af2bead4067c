"""The one fault: it overwrites the destination in place although a reader holds a lock on it."""
# mypy: disable-error-code="import-not-found, misc"

import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import InPlace, run

if __name__ == "__main__":
    run(InPlace)
