"""Starts scripts/record, which gives the root of the checkout as the first argument."""

import sys

from command_line import main

sys.exit(main(sys.argv[1], sys.argv[2:]))
