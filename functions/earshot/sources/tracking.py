"""What a web address carries for counting clicks and not for finding a page: the tables of the canonical rules, v1.

The tables are frozen with the rules: an entry added or removed gives old mentions a new identity. Each group names the
public list or page that says what the names are for; all were read on 2026-11-24, and only the names were taken.
Left out on purpose because pages depend on them: `__s` (breaks univis sites, says AdGuard), `ref`, `source`, `cid`,
`campaign_id`.

Source:
    miniflux: miniflux/v2, internal/reader/urlcleaner/urlcleaner.go.
    AdGuard: AdguardTeam/AdguardFilters, TrackParamFilter/sections/general_url.txt.
    Brave: brave/brave-core, components/query_filter/utils.cc.
    Mozilla: firefox-source-docs.mozilla.org, "Query Parameter Stripping".
"""

_GOOGLE = ("gclid", "gclsrc", "dclid", "gbraid", "wbraid", "srsltid", "_ga", "_gl")  # miniflux, AdGuard
_GOOGLE_ALERTS = ("usqp", "amp_js_v", "amp_gsa")  # AdGuard (usqp); AMP viewer links as AMP caches emit them
_FACEBOOK = ("fbclid", "fb_action_ids", "fb_action_types", "fb_comment_id", "fb_ref", "fb_source")  # miniflux, AdGuard
_FACEBOOK_MAPS = ("action_object_map", "action_ref_map", "action_type_map")  # AdGuard
_CLICK_IDS = ("msclkid", "twclid", "yclid", "ysclid", "ymclid", "irclickid", "_openstat", "wickedid", "rb_clickid")
# Brave, Mozilla; the last four also AdGuard
_MAILS = ("mc_cid", "mc_eid", "mc_tc", "mkt_tok", "vero_id", "vero_conv", "oly_anon_id", "oly_enc_id", "_bhlid", "_kx")
# miniflux, Mozilla; _kx AdGuard and Brave
_MAILS_MORE = (
    "ml_subscriber",
    "ml_subscriber_hash",
    "bsft_clkid",
    "bsft_eid",
    "bsft_mid",
    "bsft_uid",
)  # AdGuard, Brave
_HUBSPOT = ("_hsenc", "_hsmi", "__hssc", "__hstc", "__hsfp", "hsctatracking")  # miniflux, AdGuard, Brave
_ADOBE = ("s_cid", "sc_cid", "cmpid")  # AdGuard; sc_cid miniflux
_WEBTREKK = ("wt_mc", "wt_zmc")
# wt_mc: docs.mapp.com/docs/campaign-1 and AdGuard, used by heise.de; wt_zmc: zeit.de's open source package zeit.push
_WEBTRENDS = ("wt.mc_id",)  # learn.microsoft.com, contributor guide: the campaign id on links to its pages
_PIANO = ("xtor",)  # AdGuard, with AT Internet's page on marketing campaigns
_MATOMO = ("pk_campaign", "pk_medium", "pk_source", "pk_vid", "pk_cid")  # AdGuard; pk_cid Brave
_YAHOO = ("guccounter", "guce_referrer", "guce_referrer_sig")  # AdGuard, Brave
_BRANCH = ("_branch_match_id", "_branch_referrer")  # miniflux, Brave
_READERS = ("__readwiselocation",)  # miniflux

PARAMETERS = frozenset(
    _GOOGLE
    + _GOOGLE_ALERTS
    + _FACEBOOK
    + _FACEBOOK_MAPS
    + _CLICK_IDS
    + _MAILS
    + _MAILS_MORE
    + _HUBSPOT
    + _ADOBE
    + _WEBTREKK
    + _WEBTRENDS
    + _PIANO
    + _MATOMO
    + _YAHOO
    + _BRANCH
    + _READERS
)
"""Lower-case names of parameters that never choose a page."""

PREFIXES = (
    "utm_",  # miniflux; Urchin Tracking Module, en.wikipedia.org/wiki/UTM_parameters
    "mtm_",  # miniflux; Matomo campaigns
    "hsa_",  # AdGuard; HubSpot ads
    "itm_",  # AdGuard; internal campaigns, parse.ly/help/kb/campaign-tracking-guide
    *("at_medium", "at_campaign", "at_custom"),  # developers.atinternet-solutions.com, "Marketing campaigns"; Neat-URL
)
"""Beginnings of such names."""

SCOPED = {
    "twitter.com": frozenset({"ref_src", "ref_url"}),  # Brave
    "x.com": frozenset({"ref_src", "ref_url"}),  # Brave
    "instagram.com": frozenset({"igsh", "igshid"}),  # Brave
    "youtube.com": frozenset({"si", "feature"}),  # Brave (si); Smile4ever/Neat-URL (feature)
    "youtu.be": frozenset({"si", "feature"}),  # Brave (si); Smile4ever/Neat-URL (feature)
}
"""Names that count clicks on these sites and their subdomains only."""

SESSIONS = {"sid": 32, "phpsessid": 0, "jsessionid": 0}
"""Session ids, and how many hexadecimal digits they have; 0 for any form.

A `sid` of another form than phpBB's may be a story's number, so it stays.

Source:
    phpBB: github.com/d1g1t/phpbb-sid_remover, "The Problem". PHP: the default of session.name in its manual.
    Java: Jakarta Servlet specification, "URL Rewriting".
"""

FRAGMENTS = frozenset(
    {
        "comments",  # developer.wordpress.org, get_comments_link: a page with comments
        "respond",  # developer.wordpress.org, get_comments_link: a page without
        "disqus_thread",  # help.disqus.com, "Adding comment count links to your home page"
        "top",  # html.spec.whatwg.org, "select the indicated part": the top of the document
        "ref=rss",  # spiegel.de's feed of 2017 in arminreiter/FeedReader
    }
)
"""Fragments that name a place on every page of their kind and never a thing of their own."""
