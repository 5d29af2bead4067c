"""No fault: a careful copier that replaces the destination. Checks must let it pass."""
# mypy: disable-error-code="import-not-found, misc"

import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run

if __name__ == "__main__":
    run(Copier)
