"""With importlib mode a test folder is not on the path; its helper modules are wanted by name."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
