"""No fault: a careful copier to several destinations, all or none on errors. Checks must let it pass."""
# mypy: disable-error-code="import-not-found, misc"

import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful_several import Several, run_several

if __name__ == "__main__":
    run_several(Several)
