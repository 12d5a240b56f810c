from __future__ import annotations
import sys
from pathlib import Path
sys.path.insert(0, str(Path(__file__).parents[1]))
from bench.town import opened
if __name__ == "__main__":
    print(opened(int(sys.argv[1])))
