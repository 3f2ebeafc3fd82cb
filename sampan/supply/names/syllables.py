"""Chinese syllables in Hanyu Pinyin and in Wade-Giles, and words made of them.

Wade-Giles is how names were romanised before pinyin, and in Taiwan still often are. It tells `p`
from `b` by an apostrophe (p'ing, ping), which passports and lists leave out: a spelling without it
stands for several syllables of pinyin.
"""

from __future__ import annotations

from functools import lru_cache

PINYIN = frozenset(
    """
a ai an ang ao ba bai ban bang bao bei ben beng bi bian biao bie bin bing bo bu ca cai can cang cao
ce cen ceng cha chai chan chang chao che chen cheng chi chong chou chu chua chuai chuan chuang chui
chun chuo ci cong cou cu cuan cui cun cuo da dai dan dang dao de dei deng di dia dian diao die ding
diu dong dou du duan dui dun duo e ei en eng er fa fan fang fei fen feng fo fou fu ga gai gan gang
gao ge gei gen geng gong gou gu gua guai guan guang gui gun guo ha hai han hang hao he hei hen heng
hong hou hu hua huai huan huang hui hun huo ji jia jian jiang jiao jie jin jing jiong jiu ju juan
jue jun ka kai kan kang kao ke ken keng kong kou ku kua kuai kuan kuang kui kun kuo la lai lan lang
lao le lei leng li lia lian liang liao lie lin ling liu long lou lu luan lue lun luo lv lve ma mai
man mang mao me mei men meng mi mian miao mie min ming miu mo mou mu na nai nan nang nao ne nei nen
neng ni nian niang niao nie nin ning niu nong nou nu nuan nue nuo nv nve o ou pa pai pan pang pao
pei pen peng pi pian piao pie pin ping po pou pu qi qia qian qiang qiao qie qin qing qiong qiu qu
quan que qun ran rang rao re ren reng ri rong rou ru ruan rui run ruo sa sai san sang sao se sen
seng sha shai shan shang shao she shei shen sheng shi shou shu shua shuai shuan shuang shui shun
shuo si song sou su suan sui sun suo ta tai tan tang tao te teng ti tian tiao tie ting tong tou tu
tuan tui tun tuo wa wai wan wang wei wen weng wo wu xi xia xian xiang xiao xie xin xing xiong xiu xu
xuan xue xun ya yan yang yao ye yi yin ying yo yong you yu yuan yue yun za zai zan zang zao ze zei
zen zeng zha zhai zhan zhang zhao zhe zhen zheng zhi zhong zhou zhu zhua zhuai zhuan zhuang zhui
zhun zhuo zi zong zou zu zuan zui zun zuo
""".split()
)
# ü is written v, or u where accents are lost.
DIAERESIS = {"lv": "lu", "nv": "nu", "lve": "lue", "nve": "nue"}
LONGEST = 7  # letters of a syllable: "chuang" in pinyin, "chuang" and "hsiung" in Wade-Giles

_INITIALS = {
    "zh": "ch", "ch": "ch", "sh": "sh", "b": "p", "d": "t", "g": "k", "j": "ch", "q": "ch",
    "x": "hs", "z": "ts", "c": "ts", "r": "j",
}  # fmt: skip
_WHOLE = {
    "zi": ("tzu",), "ci": ("tzu",), "si": ("ssu", "szu"), "yan": ("yen",), "ye": ("yeh",),
    "you": ("yu",), "yong": ("yung",), "yi": ("i", "yi"), "er": ("erh",), "yue": ("yueh",),
    "e": ("o", "e"), "ge": ("ko", "ke"), "ke": ("ko", "ke"), "he": ("ho",), "gui": ("kuei",),
    "kui": ("kuei",), "guo": ("kuo",), "kuo": ("kuo",), "huo": ("huo",), "shuo": ("shuo",),
    "zhi": ("chih",), "chi": ("chih",), "shi": ("shih",), "ri": ("jih",),
}  # fmt: skip
_FINALS = {
    "ian": "ien", "ie": "ieh", "ue": "ueh", "ve": "ueh", "uo": "o", "ong": "ung", "iong": "iung",
    "v": "u",
}  # fmt: skip


def wade_giles(syllable: str) -> tuple[str, ...]:
    """The spellings of a pinyin syllable in Wade-Giles, without apostrophes and diaereses."""
    if syllable in _WHOLE:
        return _WHOLE[syllable]
    for length in (2, 1, 0):
        initial, final = syllable[:length], syllable[length:]
        if length and (initial not in _INITIALS and initial not in "bpmfdtnlgkhjqxrzcsyw"):
            continue
        if length == 2 and initial not in _INITIALS:
            continue
        return (_INITIALS.get(initial, initial) + _FINALS.get(final, final),)
    raise AssertionError


def _spellings() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for syllable in PINYIN:
        for spelling in wade_giles(syllable):
            found.setdefault(spelling, set()).add(syllable)
    return {spelling: frozenset(options) for spelling, options in found.items()}


WADE_GILES = _spellings()  # spelling -> the pinyin syllables that it may stand for


def _classes() -> dict[str, str]:
    """Puts syllables that some spelling confuses into a class, called by its first member."""
    leader = {syllable: syllable for syllable in PINYIN}

    def find(syllable: str) -> str:
        while leader[syllable] != syllable:
            syllable = leader[syllable]
        return syllable

    for spelling, options in WADE_GILES.items():
        together = sorted(options | ({spelling} & PINYIN))
        for other in together[1:]:
            one, two = sorted((find(together[0]), find(other)))
            leader[two] = one
    for written, plain in DIAERESIS.items():
        one, two = sorted((find(written), find(plain)))
        leader[two] = one
    return {syllable: find(syllable) for syllable in PINYIN}


CLASSES = _classes()


@lru_cache(maxsize=100_000)
def split_word(word: str, spelling: str) -> tuple[str, ...] | None:
    """A word as syllables of a spelling, `pinyin` or `wade-giles`, as few as possible; None if it
    is not made of them. Of equally few, the last is as long as can be: pinyin writes an apostrophe
    before a syllable that begins with a vowel, so `fangan` is fan-gan."""
    if not word.isascii() or not word.isalpha() or len(word) > 40:
        return None
    known = PINYIN if spelling == "pinyin" else WADE_GILES
    best: list[tuple[str, ...] | None] = [(), *([None] * len(word))]
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - LONGEST), end):
            before, now = best[start], best[end]
            if before is not None and word[start:end] in known:
                if now is None or len(before) + 1 < len(now):
                    best[end] = (*before, word[start:end])
    return best[len(word)]
