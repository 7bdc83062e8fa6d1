"""The names of months in the languages that pages write their dates in.

A table of our own: loading the same names from the Unicode locale data takes half a second in every worker process.
"""

#: Twelve words a language, January to December, in lower case; abbreviations and other cases follow a comma.
#: English, Welsh, Irish, German, Dutch, French, Spanish, Italian, Portuguese, Catalan, Romanian, Swedish, Danish and
#: Norwegian, Finnish, Icelandic, Polish, Czech, Slovak, Turkish, Indonesian, Greek, Russian, Ukrainian, Bulgarian.
_NAMES = """
    january,jan february,feb march,mar april,apr may june,jun july,jul august,aug september,sep,sept october,oct
    november,nov december,dec
    ionawr,ion chwefror,chwef mawrth ebrill mai mehefin gorffennaf,gorff awst medi hydref tachwedd,tach rhagfyr,rhag
    eanáir feabhra márta aibreán bealtaine meitheamh iúil lúnasa meán-fómhair deireadh-fómhair samhain nollaig
    januar,jänner,jän februar,feber märz,mär,mrz april mai juni juli august september oktober,okt november
    dezember,dez
    januari februari maart,mrt april mei juni juli augustus september oktober november december
    janvier,janv février,févr,fév mars avril,avr mai juin juillet,juil août septembre octobre novembre décembre,déc
    enero,ene febrero marzo abril,abr mayo junio julio agosto,ago septiembre,setiembre octubre noviembre
    diciembre,dic
    gennaio,gen febbraio marzo aprile maggio,mag giugno,giu luglio,lug agosto settembre,set ottobre,ott novembre
    dicembre
    janeiro fevereiro,fev março abril maio junho julho agosto setembro outubro,out novembro dezembro
    gener febrer març abril maig juny juliol agost setembre octubre novembre desembre
    ianuarie,ian februarie martie aprilie mai iunie,iun iulie,iul august septembrie octombrie noiembrie,noi
    decembrie
    januari februari mars april maj juni juli augusti september oktober november december
    januar februar marts april maj juni juli august september oktober november desember,des
    tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta
    marraskuuta joulukuuta
    janúar febrúar mars apríl maí júní júlí ágúst september október nóvember desember
    stycznia,sty lutego,lut marca kwietnia,kwi maja czerwca,cze lipca,lip sierpnia,sie września,wrz października,paź
    listopada,lis grudnia,gru
    ledna února března dubna května června července srpna září října listopadu prosince
    januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra
    ocak,oca şubat,şub mart nisan,nis mayıs haziran,haz temmuz,tem ağustos,ağu eylül,eyl ekim,eki kasım,kas
    aralık,ara
    januari februari maret april mei juni juli agustus,agu september oktober november desember
    ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου
    δεκεμβρίου
    января,янв февраля,фев марта апреля,апр мая июня,июн июля,июл августа,авг сентября,сен октября,окт ноября,ноя
    декабря,дек
    січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня
    януари февруари март април май юни юли август септември октомври ноември декември
"""


def make_months() -> dict[str, int]:
    """Makes the table of month names, in lower case and without a full stop, with their numbers."""
    months: dict[str, int] = {}
    for position, forms in enumerate(_NAMES.split()):
        for form in forms.split(","):
            months.setdefault(form.replace("-", " "), position % 12 + 1)
    return months
