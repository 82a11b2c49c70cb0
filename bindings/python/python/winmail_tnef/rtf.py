"""RTF on its own: compressed as MAPI holds it, and as HTML or text."""

from winmail_tnef._native import carries, compress, decompress, to_html, to_text

__all__ = ["carries", "compress", "decompress", "to_html", "to_text"]
