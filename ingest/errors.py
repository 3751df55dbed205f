"""Every way in which papers on disk can fail to become an index, and what the operator does about it.

IngestError
├── SettingsError            a setting or an environment variable is wrong
├── ModelNotReady            the embedding model has not been set up, or its files are damaged
├── SourceError              one file cannot become a document; the others go on
│   ├── SourceUnreadable     missing, not a regular file, no permission
│   ├── SourceEmpty          no text in it
│   ├── SourceTooLarge       over the size limit, packed or unpacked
│   ├── SourceProtected      opens only with a password
│   ├── SourceDamaged        begins like its format and then breaks off or contradicts itself
│   ├── SourceScanned        pictures of pages, and no text recognition here
│   ├── SourceTooCostly      needs more time or memory than a file may take
│   └── UnsupportedFormat    not a format that can be read
├── RecordError              the record (SQL database) refused or failed
│   ├── UnknownDocument      no such document or version
│   └── RecordFull           no space left on the disk
├── PassageIndexError        the vector or lexical index failed
│   ├── IndexMismatch        built with another model or policy than the settings ask for
│   └── IndexDamaged         not every passage can be reached; a rebuild is needed
└── HomeInUse                another process owns the home
"""

from __future__ import annotations

from typing import ClassVar


class IngestError(Exception):
    """Base of the tree. `advice` is one sentence for the operator; `retryable` says whether waiting may help."""

    code: ClassVar[str] = "ingest_error"
    retryable: ClassVar[bool] = False
    advice: ClassVar[str] = "Run `sitasi doctor` and read the message above."


class SettingsError(IngestError):
    """A setting or an environment variable is unknown or out of range."""

    code = "settings_error"
    advice = "Correct the setting named above; README.md lists all settings."


class ModelNotReady(IngestError):
    """The embedding model has not been set up, or its files are damaged."""

    code = "model_not_ready"
    advice = "Run `make setup` (or `sitasi setup`) to unpack the model again."


class SourceError(IngestError):
    """One file cannot become a document; its neighbours go on."""

    code = "source_error"
    advice = "Look at the file named above and ingest it again."


class SourceUnreadable(SourceError):
    """Missing, not a regular file, or no permission."""

    code = "source_unreadable"
    advice = "Check that the path exists and is a regular file that you may read."


class SourceEmpty(SourceError):
    """The file holds no text."""

    code = "source_empty"
    advice = "Open the file: it has no text. A scanned paper needs text recognition first."


class SourceTooLarge(SourceError):
    """The file is over the size limit."""

    code = "source_too_large"
    advice = "Split the file, or raise SITASI_INGEST__MAX_FILE_BYTES."


class SourceProtected(SourceError):
    """The file opens only with a password."""

    code = "source_protected"
    advice = "Open the file with its password, save it without one and ingest it again."


class SourceDamaged(SourceError):
    """The file begins like its format and then breaks off or contradicts itself."""

    code = "source_damaged"
    advice = "Get the file again from where it came: this copy is damaged."


class SidecarUnclear(SourceError):
    """A file that describes the papers beside it holds something that cannot be understood."""

    code = "sidecar_unclear"
    advice = "Correct the line named above and ingest again; the papers are there, and good lines count."


class SourceScanned(SourceError):
    """The file holds pictures of pages, and text recognition is not installed."""

    code = "source_scanned"
    advice = (
        "Install text recognition (Debian, Ubuntu: apt install tesseract-ocr tesseract-ocr-ind) and ingest it again."
    )


class SourceTooCostly(SourceError):
    """Reading the file takes more time or memory than a file may take; it was given up."""

    code = "source_too_costly"
    advice = "Save the paper anew, or raise SITASI_INGEST__PARSE_SECONDS or SITASI_INGEST__PARSE_MEMORY_BYTES."


class UnsupportedFormat(SourceError):
    """The content is not a format that can be read."""

    code = "unsupported_format"
    advice = "Save the paper as one of the formats named in README.md and ingest it again."


class RecordError(IngestError):
    """The record (SQL database) refused or failed."""

    code = "record_error"
    retryable = True
    advice = "Check the database named in SITASI_RECORD__URL, then try again; nothing was changed."


class UnknownDocument(RecordError):
    """There is no such document or version."""

    code = "unknown_document"
    retryable = False
    advice = "Run `sitasi documents` to see the ids that exist."


class RecordFull(RecordError):
    """No space is left where the record is kept."""

    code = "record_full"
    advice = "Free some space on the disk and try again; what was stored before is intact."


class PassageIndexError(IngestError):
    """The vector or lexical index failed."""

    code = "index_error"
    retryable = True
    advice = "Restart: the index is rebuilt from the record by itself."


class IndexMismatch(PassageIndexError):
    """The index was built with another model or policy than the settings ask for."""

    code = "index_mismatch"
    retryable = False
    advice = "Ingest the papers again under the new settings, or set the old model or policy back."


class IndexDamaged(PassageIndexError):
    """Not every published passage can be reached through the index."""

    code = "index_damaged"
    advice = "Restart: the index is rebuilt from the record by itself, without embedding again."


class HomeInUse(IngestError):
    """Another process owns the home folder."""

    code = "home_in_use"
    retryable = True
    advice = "Use the running server (its address is named above), stop it, or choose another SITASI_HOME."
