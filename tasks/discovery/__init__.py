"""How a site tells what it has, and web archives what they have of it: one module a method. Asks through a given `Ask`.

Feeds, sitemaps, WordPress collections, listing and fixed pages, GOV.UK's, Ofsted's and CQC's interfaces, Wayback CDX,
Common Crawl.
"""
