"""How a site tells what it has: feeds, sitemaps, WordPress collections, Ofsted's search. Asks through a given `Ask`."""
