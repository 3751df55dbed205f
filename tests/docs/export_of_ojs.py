"""A small native XML export as OJS 3.3 writes it, in our own words; and one article in the older form."""

from __future__ import annotations

import base64

PAPER = b"# Two firings a week\n\n## Findings\n\nTwelve families share three kilns.\n"


def export(paper: bytes = PAPER, ending: str = "txt") -> str:
    """Three articles: one with two galleys in two languages, one unpublished, one as before OJS 3.2."""
    encoded = base64.b64encode(paper).decode()
    page = base64.b64encode(b"<html><body>page</body></html>").decode()
    return f"""<?xml version="1.0" encoding="utf-8"?>
<articles xmlns="http://pkp.sfu.ca">
 <article locale="id_ID" current_publication_id="7" stage="production">
  <id type="internal" advice="ignore">3</id>
  <submission_file id="11" stage="proof"><name locale="id_ID">tungku.html</name>
   <file id="1" extension="html"><embed encoding="base64">{page}</embed></file></submission_file>
  <submission_file id="12" stage="proof"><name locale="id_ID">tungku.{ending}</name>
   <file id="2" extension="{ending}"><embed encoding="base64">{encoded}</embed></file></submission_file>
  <submission_file id="13" stage="submission"><name locale="id_ID">draft.pdf</name>
   <file id="3" extension="pdf"><embed encoding="base64">{encoded}</embed></file></submission_file>
  <publication locale="id_ID" date_published="2019-01-01"><id type="internal">6</id>
   <title locale="id_ID">Versi lama</title></publication>
  <publication locale="id_ID" date_published="2024-05-02">
   <id type="internal" advice="ignore">7</id><id type="doi" advice="update">10.1234/tungku.7</id>
   <title locale="en_US">Two firings a week</title><title locale="id_ID">Dua kali seminggu</title>
   <subtitle locale="id_ID">Tungku di utara</subtitle>
   <keywords locale="en_US"><keyword>pottery</keyword></keywords>
   <keywords locale="id_ID"><keyword>gerabah</keyword><keyword>bahan bakar</keyword></keywords>
   <authors><author><givenname locale="id_ID">Rani</givenname><familyname locale="id_ID">Wibowo</familyname></author>
    <author><givenname locale="id_ID">Adi</givenname></author></authors>
   <article_galley locale="id_ID"><name locale="id_ID">Teks</name><submission_file_ref id="12"/></article_galley>
   <issue_identification><volume>3</volume><number>1</number><year>2024</year></issue_identification>
   <pages>1-9</pages>
  </publication>
 </article>
 <article locale="id_ID" current_publication_id="8"><publication locale="id_ID"><id type="internal">8</id>
   <title locale="id_ID">Belum terbit</title></publication></article>
 <article locale="id_ID" date_published="2015-05-06"><id type="internal">9</id>
  <title locale="id_ID">Garam</title>
  <submission_file id="21" stage="proof">
   <revision filename="garam.{ending}"><embed encoding="base64">{encoded}</embed></revision></submission_file>
  <article_galley><submission_file_ref id="21" revision="1"/></article_galley></article>
</articles>"""
