"""The static site: pages made from records, without a database, a clock or a network.

`building.build(facts, site)` gives every `Page(address, media, body)` of the site. Its inputs are `facts.Facts`, frozen
records that `flows/publishing/gather.py` reads from the database, and `page.Site`, the settings. What is added:

* a kind of page: one module in `kinds/` with one function `(Facts, Site, Words) -> Iterator[Page]`, called once for
  each language, and its line in `building.KINDS`. A file that is the same in every language is made `if words.first`.
* its facts: frozen records in a module of `facts/`, a field of `facts.Facts`, a reader in `flows/publishing/`. What is
  too large for memory is a field that holds a function which gives an iterator.
* a page of HTML: `rendering.html(site, words, address, template, title, description, **values)`. Its template lies in
  `layout/` and extends `base.html.j2`. An address of a page ends with "/". Templates link pages with `to("claims/")`,
  files of every language with `shared("claims/x/data.csv")`, other hosts with the macro `outside(url, text)`.
* words: `_("...")` and `ngettext(...)` in templates, `words.say("...")` and `words.counted("one", "many", n)` in code,
  `words.borrowed(text)` for texts of other packages (list them in `borrowed.py`). Their Spanish goes into a .po file of
  your own in `locale/es/LC_MESSAGES/`; `python -m pages.missing` prints what no catalogue has.
* numbers and days: `words.number`, `words.percent`, `words.day`, `words.month`, `words.moment`, all filters too.
* styles: a .css file of your own in `layout/`; all are joined, in order of name, into `site.css`.
"""
