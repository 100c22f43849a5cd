"""What a worker is handed is what was read, secrets and all."""

from __future__ import annotations

from pathlib import Path

from kb_service.server.handed import Handed, from_line, to_line
from kb_service.settings import Settings, load_settings


def test_settings_come_out_as_they_went_in() -> None:
    environ = {
        "KB_METRICS_TOKEN": "t" * 32,
        "KB_MODEL": "off",
        "KB_ALLOWED_ORIGINS": "https://a.example",
        "KB_PORT": "9",
    }
    settings = load_settings(flags={}, environ=environ, file=None)
    handed = Handed(settings, "module:function", 2, 7, 5, "", None)

    assert from_line(to_line(handed)) == handed
    assert from_line(to_line(Handed(Settings(), "m:f", 1, 3, 4, "x", 9))).settings == Settings()
    assert isinstance(from_line(to_line(handed)).settings.articles, Path)
