"""Files of the data packages, read without importing the packages.

`cryptodatahub` costs seconds to import and `certifi` pulls in `importlib.resources`;
their files are all that is wanted.
"""

import importlib.util
from pathlib import Path


def package_file(package: str, path: str) -> bytes | None:
    """Return the content of a file inside an installed package, None where there is none."""
    try:
        spec = importlib.util.find_spec(package)
    except (ImportError, ValueError):
        return None
    if spec is None or not spec.submodule_search_locations:
        return None
    for location in spec.submodule_search_locations:
        file = Path(location) / path
        try:
            # A package inside a zip file is read by its own loader.
            if spec.loader is not None and hasattr(spec.loader, "get_data"):
                octets = spec.loader.get_data(str(file))
                return octets if isinstance(octets, bytes) else None
            return file.read_bytes()
        except OSError:
            continue
    return None
