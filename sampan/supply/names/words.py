"""Words of company names that say little: legal forms, and words with several forms."""

from __future__ import annotations

import re

# Legal forms, which lists write in many ways or leave out.
LEGAL = frozenset(
    """
    co company corp corporation inc incorporated ltd limited llc llp lp plc pte pty gmbh ag kg sa
    sarl
    sas srl spa bv nv oy ab as aps kk ooo oao zao pao jsc pjsc ojsc fze fzco dmcc bhd sdn the and of
    private public liability joint stock ek ug pvt kgaa plc corpn
    """.split()
)
# Chinese legal forms, longest first.
LEGAL_HAN = re.compile(
    "股份有限公司|有限责任公司|集团有限公司|控股有限公司|有限公司|责任公司|总公司|分公司|公司|股份"
)
# One form for words that are written in several; what is common to many companies.
SAME = {
    "tech": "technology", "technologies": "technology", "technological": "technology",
    "techs": "technology", "intl": "international", "int": "international",
    "electronic": "electronics", "elec": "electronics", "electron": "electronics",
    "semiconductors": "semiconductor", "semi": "semiconductor", "trade": "trading",
    "industries": "industry", "industrial": "industry", "ind": "industry",
    "univ": "university", "inst": "institute", "grp": "group", "imp": "import", "exp": "export",
    "comm": "communication", "communications": "communication", "info": "information",
    "sci": "science", "scientific": "science", "systems": "system", "dev": "development",
    "mfg": "manufacturing", "eng": "engineering", "holdings": "holding", "labs": "laboratory",
    "lab": "laboratory", "micro": "micro", "microelectronics": "microelectronics",
    "academy": "institute", "equip": "equipment", "material": "materials",
}  # fmt: skip
# What Chinese company names say for these, longest first.
TRANSLATED = {
    "进出口": ("import", "export"), "研究所": ("research", "institute"),
    "研究院": ("research", "institute"), "实验室": ("laboratory",), "半导体": ("semiconductor",),
    "微电子": ("microelectronics",), "科学": ("science",), "科技": ("technology",),
    "技术": ("technology",), "电子": ("electronics",), "贸易": ("trading",),
    "国际": ("international",), "集团": ("group",), "工业": ("industry",), "实业": ("industry",),
    "信息": ("information",), "通信": ("communication",), "通讯": ("communication",),
    "大学": ("university",), "学院": ("institute",), "系统": ("system",), "发展": ("development",),
    "设备": ("equipment",), "制造": ("manufacturing",), "工程": ("engineering",),
    "控股": ("holding",), "中国": ("china",), "光电": ("optoelectronics",), "机械": ("machinery",),
    "精密": ("precision",), "航空": ("aviation",), "航天": ("aerospace",),
    "新材料": ("new", "materials"), "材料": ("materials",),
    "软件": ("software",), "物流": ("logistics",), "生物": ("biotechnology",), "能源": ("energy",),
    "网络": ("network",), "智能": ("intelligent",), "数据": ("data",), "电气": ("electric",),
    "化工": ("chemical",), "医疗": ("medical",), "仪器": ("instruments",), "计算机": ("computer",),
    "集成电路": ("integrated", "circuit"), "投资": ("investment",), "供应链": ("supply", "chain"),
}  # fmt: skip
# Places that stand before the names of companies.
PLACES = {
    "北京": "beijing", "上海": "shanghai", "天津": "tianjin", "重庆": "chongqing",
    "深圳": "shenzhen",
    "广州": "guangzhou", "杭州": "hangzhou", "南京": "nanjing", "苏州": "suzhou", "成都": "chengdu",
    "武汉": "wuhan", "西安": "xian", "合肥": "hefei", "济南": "jinan", "厦门": "xiamen",
    "宁波": "ningbo", "无锡": "wuxi", "长沙": "changsha", "郑州": "zhengzhou", "青岛": "qingdao",
    "大连": "dalian", "沈阳": "shenyang", "哈尔滨": "harbin", "长春": "changchun", "福州": "fuzhou",
    "昆明": "kunming", "东莞": "dongguan", "佛山": "foshan", "珠海": "zhuhai", "香港": "hongkong",
    "澳门": "macau", "广东": "guangdong", "江苏": "jiangsu", "浙江": "zhejiang", "山东": "shandong",
    "四川": "sichuan", "湖北": "hubei", "湖南": "hunan", "河北": "hebei", "河南": "henan",
    "福建": "fujian", "安徽": "anhui", "辽宁": "liaoning", "陕西": "shaanxi", "台湾": "taiwan",
}  # fmt: skip
PLACE_NAMES = frozenset(PLACES.values())
TRANSLATED |= {han: (latin,) for han, latin in PLACES.items()}
TRANSLATED |= {f"{han}市": (latin,) for han, latin in PLACES.items()}
COMMON = (
    frozenset(SAME.values())
    | frozenset(word for words in TRANSLATED.values() for word in words)
    | {"services", "global", "new", "city", "province"}
)
TRANSLATABLE = re.compile("|".join(sorted(TRANSLATED, key=len, reverse=True)))
