"""Passage → terms: closed-class words of both languages, which say nothing of what a passage is about.

Function words, pronouns, auxiliaries and question words only: no word that could be the subject of a paper.
"""

from __future__ import annotations

_INDONESIAN_WORDS = """
    ada adalah adapun agar akan akankah aku anda andai antara apa apabila apakah apalah asal atas atau ataukah
    ataupun bagai bagaimana bagaimanakah bagaimanapun bagi bahkan bahwa bahwasanya baik banyak beberapa begini
    begitu belum berapa berapakah berbagai bersama bila bilamana bisa bukan bukankah bukanlah cukup cuma dalam
    dan dapat dari daripada demi demikian dengan di dia dialah diri dirinya dulu engkau entah guna hal hanya
    hanyalah harus hendak hingga ia ialah ini inikah inilah itu itukah itulah jadi jangan jika jikalau juga
    justru kala kalau kalian kami kamu kan kapan kapankah karena kau ke kemudian kenapa kepada kepadanya ketika
    khususnya kini kita lagi lah lain lainnya lalu lantas lebih maka makin mana manakah manakala masih masing
    mau maupun melainkan melalui memang mengapa mengenai menjadi menurut mereka merupakan meski meskipun
    misalnya mungkin namun nanti nya oleh olehnya pada padahal padanya para pasti per pernah perlu pula pun saat
    saja saling sambil sampai sang sangat saya se seakan seandainya sebab sebagai sebagaimana sebagainya sebelum
    sebenarnya seberapa sebuah secara sedang sedangkan sehingga sejak sejauh sekali sekalian sekaligus sekalipun
    sekarang selagi selain selaku selalu selama seluruh semacam semakin sementara semua semuanya seorang seperti
    sering seringkali serta sesuatu sesudah setelah seterusnya setiap setidaknya siapa siapakah siapapun sini
    situ suatu sudah supaya tadi tanpa tapi telah tentang tentu terhadap terlalu termasuk ternyata tersebut
    tetap tetapi tiap tidak tidakkah tidaklah untuk walau walaupun wahai yaitu yakni yang
"""
_ENGLISH_WORDS = """
    a about above across after again against all almost along already also although always am among an and
    another any are around as at be because been before being below between both but by can cannot could did do
    does doing done down during each either else every few for from further had has have having he her here hers
    herself him himself his how however i if in instead into is it its itself just like many may me might more
    most much must my myself neither no nor not now of off often on once only onto or other others our ours
    ourselves out over own per rather same shall she should since so some such than that the their theirs them
    themselves then there therefore these they this those though through thus to together too toward towards
    under until up upon us very was we were what when where whereas whether which while who whom whose why will
    with within without would yet you your yours yourself yourselves
"""
INDONESIAN = frozenset(_INDONESIAN_WORDS.split())
ENGLISH = frozenset(_ENGLISH_WORDS.split())
STOP_WORDS = INDONESIAN | ENGLISH
