"""Every message that we can send is held against Slack's own types (npm @slack/types) by the TypeScript compiler, at its strictest."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.platform.keyring import Keys
from tests.slack.test_blocks import BLOCKS, FILES, view_of

PEER = Path(__file__).parent / "peer"
COMPILER = PEER / "node_modules" / "typescript" / "bin" / "tsc"
STRICT = ("--noEmit", "--strict", "--skipLibCheck", "--moduleResolution", "node10", "--module", "commonjs", "--target", "es2020")


def compiled(folder: Path, blocks: list[dict[str, object]]) -> subprocess.CompletedProcess[str]:
    (folder / "node_modules").symlink_to(PEER / "node_modules")
    source = folder / "blocks.ts"
    source.write_text(
        f"import type {{ KnownBlock }} from '@slack/types';\nexport const all: KnownBlock[] = {json.dumps(blocks)};\n"
    )
    return subprocess.run(
        ["node", str(COMPILER), *STRICT, str(source)], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.service
def test_all_blocks_are_what_slack_calls_blocks(tmp_path: Path, keys: Keys) -> None:
    if not COMPILER.exists() or shutil.which("node") is None:
        pytest.skip("node or the npm package typescript isn't here")
    views = [view_of(keys, json.loads(path.read_text(encoding="utf-8"))) for path in FILES]
    blocks = [block for view in views for block in BLOCKS.view(view)]
    assert len(blocks) > len(views)
    good = compiled(tmp_path, blocks)
    assert good.returncode == 0, good.stdout[:2000]


@pytest.mark.service
def test_the_compiler_would_notice(tmp_path: Path) -> None:
    if not COMPILER.exists() or shutil.which("node") is None:
        pytest.skip("node or the npm package typescript isn't here")
    assert compiled(tmp_path, [{"type": "section", "text": {"type": "plain_txt", "text": "x"}}]).returncode != 0
