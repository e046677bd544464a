"""The Gherkin sentences: each finds words for one call into the harness.

Every module below this package is found; none has to be listed.
"""

import pkgutil

pytest_plugins = sorted(module.name for module in pkgutil.walk_packages(__path__, f"{__name__}.") if not module.ispkg)
