"""Starts scripts/record, which gives the root of the checkout and its own name first."""

import sys

from command_line import main

sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
