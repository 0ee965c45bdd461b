"""Know hosts, endings and words of trade by name: which links are usual, which are cheap, which sell."""

import re


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


SHORTENERS = _listed(
    """
    adf.ly bit.ly bl.ink buff.ly clck.ru cutt.ly goo.gl is.gd j.mp lnkd.in ow.ly qr.ae rb.gy rebrand.ly s.id
    shorturl.at soo.gd t.co t.ly tiny.cc tinyurl.com u.to v.gd
    """
)
CHEAP_ENDINGS = _listed(
    """
    bet bid biz bond buzz cam casino cc cf cfd click club date download faith ga gq icu live loan lol men ml
    monster online party pw quest racing rest review ru.net sbs shop site store stream tk top trade vip win work
    xyz
    """
)
OTHER_ENDINGS = _listed(
    """
    ai am app az cn co com de dev es eu fr ge gl in info io it ly me net nl org pl ru to tr tv ua uk us
    """
)
GOOD_FAITH = _listed(
    """
    aljazeera.com amnesty.org apnews.com archive.org bbc.co.uk bbc.com bellingcat.com cnn.com crisisgroup.org
    eurasianet.org europa.eu github.com hrw.org icrc.org medium.com microsoft.com nature.com nytimes.com
    osce.org reuters.com rferl.org stackoverflow.com theguardian.com un.org washingtonpost.com wikipedia.org
    youtu.be youtube.com
    """
)
THROWAWAY = _listed(
    """
    10minutemail.com dispostable.com getnada.com guerrillamail.com maildrop.cc mailinator.com sharklasers.com
    temp-mail.org tempmail.com throwawaymail.com trashmail.com yopmail.com
    """
)
ENDINGS = CHEAP_ENDINGS | OTHER_ENDINGS
PLAIN_ENDINGS = _listed("com org info ru")
# For text in lower case.
TRADE = re.compile(
    r"casino|poker|betting|viagra|cialis|pharma|weight ?loss|keto|loans?\b|payday|mortgage|insuranc|forex|crypto"
    r"|bitcoin|invest|trading|backlink|replica|outlet|coupon|discount|cheap|essay|escort|dating|webcam|porn|hosting"
    r"|plumb|roofing|locksmith|movers|rentals?\b|lawyer|attorney|dentist|real ?estate|marketing|supplements?|massage"
    r"|shopping|jewel|handbag|sneaker|printing|repair|remov(?:al|er)|services?\b|agency|online\b"
    r"|\b(?:slots?|pills?|diet|seo|buy|sale|deals?|cams?|sex)\b"
)
# An author who bears the name of a topic.
TOPIC = re.compile(
    r"(?:the )?(?:arts?|automotive|beauty|business|careers?|cars?|computers?|dating|education|entertainment|fashion"
    r"|finance|fitness|food|furniture|games?(?: for kids)?|gardening|health(?: care)?|home(?: improvement)?"
    r"|house & home improvement|internet|jobs?|kitchens?|law|legal|lifestyle|music|news|pets?|phones?|shoes|sports?"
    r"|technology|toys|travel|vacation|vitamins?|watches|web ?design|women'?s? clothing)"
    r"(?: (?:news|tips|info|blog|store|shop))?",
    re.I,
)
