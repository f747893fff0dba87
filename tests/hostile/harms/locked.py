"""Makes folders and files that nobody may read or remove."""

import os

os.makedirs("../locked/inner")
open("../locked/inner/hostile", "w").close()
for name in ("../locked/inner/hostile", "../locked/inner", "../locked"):
    os.chmod(name, 0)
