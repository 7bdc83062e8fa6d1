"""Compiles the gazetteer's data from the public lists it is made of; NOTICE says whose they are.

    python -m tasks.places.compile FOLDER

FOLDER holds mySociety's `mysociety_uk_la_future.csv` and `mysociety_lookup_name_to_code.csv`, and the list of English
children's services authorities `childrens_services_authorities.csv` (Ofsted URN, DfE and GSS codes).
"""

import sys
from datetime import date
from pathlib import Path

import polars as pl

from tasks.places.gazetteer import DATA
from tasks.places.resolve import iterate_cores, level_name

AUTHORITIES = "mysociety_uk_la_future.csv"
NAMES = "mysociety_lookup_name_to_code.csv"
CHILDRENS_SERVICES = "childrens_services_authorities.csv"
#: The days on which the register that mySociety's list is made from was first filled: no authority began on them.
REGISTER_FILLED = (date(2005, 5, 1), date(2005, 12, 31))

#: What stands in the lists where a letter with an accent could not be read.
UNREAD = "\u00ef\u00bf\u00bd"


def main() -> int:
    """Writes the data beside this module; gives 2 where the folder is not named."""
    if len(sys.argv) != 2:  # noqa: PLR2004 - the program and the folder
        print(__doc__, file=sys.stderr)  # noqa: T201 - a command's usage
        return 2
    compile_gazetteer(Path(sys.argv[1])).write_csv(DATA)
    return 0


def compile_gazetteer(folder: Path) -> pl.DataFrame:
    """Compiles one row for each authority, sorted by its code; lists within a cell are parted by `|`."""
    listed = pl.read_csv(folder / AUTHORITIES, infer_schema=False)
    services = pl.read_csv(folder / CHILDRENS_SERVICES, infer_schema=False).select(
        pl.col("mysociety_code").alias("code"), "dfe_la_code", "ofsted_urn", pl.col("gss_code").alias("newest_gss_code")
    )
    started = pl.col("start-date").str.to_date()
    # Where both lists have a code of three digits it is the same: that of the DfE, which former authorities had too.
    former_dfe_code = pl.col("old-ons-la-code").str.extract(r"^(\d{3})$")
    renamed = listed.select(
        pl.col("local-authority-code").alias("code"),
        pl.col("nice-name").str.strip_chars().alias("name"),
        pl.col("official-name").str.strip_chars().alias("official_name"),
        pl.col("gss-code").alias("gss_code"),
        pl.col("former-gss-codes").str.replace_all(",", "|").alias("former_gss_codes"),
        "nation",
        "region",
        pl.col("local-authority-type").alias("type"),
        pl.when(~started.is_between(*REGISTER_FILLED)).then(started).alias("started_on"),
        pl.col("end-date").str.to_date().alias("ended_on"),
        pl.col("replaced-by").str.replace_all(",", "|").alias("successors"),
        former_dfe_code.alias("former_dfe_code"),
    )
    joined = renamed.join(services, on="code", how="left")
    changed = pl.col("newest_gss_code") != pl.col("gss_code")
    former = pl.concat_str(["former_gss_codes", pl.when(changed).then("gss_code")], separator="|", ignore_nulls=True)
    return (
        joined.with_columns(
            former_gss_codes=pl.when(former != "").then(former),
            gss_code=pl.coalesce("newest_gss_code", "gss_code"),
            dfe_la_code=pl.coalesce("dfe_la_code", "former_dfe_code"),
        )
        .rename({"dfe_la_code": "dfe_code"})
        .drop("newest_gss_code", "former_dfe_code")
        .join(find_other_names(folder), on="code", how="left")
        .pipe(fill_regions)
        .sort("code")
    )


def fill_regions(authorities: pl.DataFrame) -> pl.DataFrame:
    """Fills the region of a former authority that has none with that of the one that followed it."""
    following = authorities.select(successors="code", following="region")
    joined = authorities.join(following, on="successors", how="left")
    return joined.with_columns(region=pl.coalesce("region", "following")).drop("following")


def find_other_names(folder: Path) -> pl.DataFrame:
    """Finds the names of each authority that the rules do not make of its name and official name."""
    official = pl.read_csv(folder / AUTHORITIES, infer_schema=False).select(
        pl.col("local-authority-code").alias("code"), "nice-name", "official-name"
    )
    own = {code: _list_cores(*names) for code, *names in official.iter_rows()}
    other: dict[str, dict[str, None]] = {code: {} for code in own}
    for name, code in pl.read_csv(folder / NAMES, infer_schema=False).iter_rows():
        if UNREAD not in name and not own[code] & _list_cores(name):
            other[code].setdefault(level_name(name))
    rows = [{"code": code, "other_names": "|".join(names) or None} for code, names in other.items()]
    return pl.DataFrame(rows, schema={"code": pl.String, "other_names": pl.String})


def _list_cores(*names: str) -> set[str]:
    return {core for name in names for core, _ in iterate_cores(level_name(name))}


if __name__ == "__main__":
    raise SystemExit(main())
