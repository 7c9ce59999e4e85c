#pragma once

#include <array>
#include <string_view>

// Forms of verbs that stemming does not bring together, as data.
namespace quarry::answer {

/// A language's verbs, with ";" between them: the stems of each, as the analyzer makes them.
struct VerbForms {
    std::string_view language;
    std::string_view verbs;
};

// clang-format off
inline constexpr auto verb_forms = std::to_array<VerbForms>({
    {"en",
     "bite bit bitten;write wrote written;choos chose chosen;buy bought;sell sold;hold held;hear heard;lead "
     "led;win won;lose lost;keep kept;build built;rebuild rebuilt;send sent;spend spent;lend lent;make made;pay "
     "paid;tell told;teach taught;catch caught;bring brought;fight fought;seek sought;begin began begun;drink "
     "drank drunk;sing sang sung;sink sank sunk;shrink shrank shrunk;swim swam swum;steal stole stolen;break "
     "broke broken;speak spoke spoken;wear wore worn;tear tore torn;swear swore sworn;drive drove driven;ride "
     "rode ridden;give gave given;take took taken;undertak undertook undertaken;overtak overtook overtaken;shake "
     "shook shaken;eat ate eaten;beat beaten;forget forgot forgotten;hide hid hidden;freez froze frozen;know knew "
     "known;grow grew grown;throw threw thrown;overthrow overthrew overthrown;blow blew blown;fli flew flown;draw "
     "drew drawn;withdraw withdrew withdrawn;show shown;see saw seen;overse oversaw overseen;come came;becom "
     "becam;run ran;strike struck stricken;hang hung;dig dug;stand stood;understand understood;forbid forbad "
     "forbidden;rise rose risen;aris aros arisen;fall fell fallen;flee fled;breed bred;bend bent;deal dealt;weav "
     "wove woven;shoot shot;feed fed;sweep swept;sting stung;slay slew slain;spin spun;swing swung;go went "
     "gone;feel felt;sit sat;sleep slept;say said"},
    {"de",
     "schlag schlagt schlug geschlag;beiss beisst biss gebiss;schreib schreibt schrieb geschrieb;unterschreib "
     "unterschreibt unterschrieb;les liest las geles;seh sieht sah geseh;nehm nimmt nahm genomm;ubernehm "
     "ubernimmt ubernahm ubernomm;geb gab gegeb;find findet fand gefund;erfind erfindet erfand erfund;sing singt "
     "sang gesung;trink trinkt trank getrunk;trag tragt trug getrag;fahr fahrt fuhr gefahr;fang fangt fing "
     "gefang;halt hielt gehalt;ruf ruft rief geruf;fress frisst frass gefress;ess isst ass gegess;treff trifft "
     "traf getroff;werf wirft warf geworf;helf hilft half geholf;brech bricht brach gebroch;sprech spricht sprach "
     "gesproch;stehl stiehlt stahl gestohl;schiess schiesst schoss geschoss;schliess schliesst schloss "
     "geschloss;verli verliert verlor;gewinn gewinnt gewann gewonn;beginn beginnt begann begonn;bring bringt "
     "bracht gebracht;kenn kennt kannt gekannt;nenn nennt nannt genannt;send sendet sandt gesandt "
     "gesendet;schneid schneidet schnitt geschnitt;leih leiht lieh gelieh;treib treibt trieb getrieb;vertreib "
     "vertreibt vertrieb;heb hebt hob gehob;zieh zieht zog gezog;stech sticht stach gestoch;grab grabt grub "
     "gegrab;lad ladt lud gelad;wasch wascht wusch gewasch;steig steigt stieg gestieg;sink sinkt sank gesunk;fall "
     "fallt fiel gefall;verbiet verbietet verbot;biet bietet bot gebot;entscheid entscheidet entschied;erhalt "
     "erhielt;besitz besitzt besass besess;entlass entlasst entliess;empfang empfangt empfing;verlass verlasst "
     "verliess;ergreif ergreift ergriff;besteig besteigt bestieg;betrug betrugt betrog;wachs wach wuch "
     "gewachs;schlaf schlaft schlief geschlaf"},
    {"fr",
     "poursuivr poursuit poursuiv;suivr suit suiv;elir elit elu;ecrir ecrit ecriv;prendr prend prit pris;mettr "
     "met mit mis;fair fit fait;lir lit lu;vendr vend vendu;battr bat battu batt;mordr mord mordu;peindr peint "
     "peign;construir construit construis;detruir detruit detruis;conduir conduit conduis;produir produit "
     "produis;ouvr ouvert;offrir offre offert offrit;decouvr decouvert;couvr couvert;recevoir recoit recu "
     "recut;vaincr vainc vaincu vainqu;obten obtient obtenu obtint;souten soutient soutenu soutint;perdr perd "
     "perdu;interdir interd interdit;rendr rend rendu"},
    {"es",
     "eleg elig;escrib escrit;ver ve vio vist;hac hiz hech;dec dic dij dich;pon pus puest;abrir abre abri "
     "abiert;romp rot;cubr cubiert;descubr descubiert;devolv devuelv devuelt;resolv resuelv resuelt;traduc "
     "traduj;conduc conduj;produc produj;persegu persig persigu;segu sig sigu;mord muerd;ped pid;serv sirv;perd "
     "pierd;cerr cierr;her hier hir;mat muert"},
});
// clang-format on

// The ending of other verbs and participles that stemming leaves, and the prefix of participles: "jagt", "gejagt".
inline constexpr std::string_view languages_of_verb_ending = "de";
inline constexpr std::string_view verb_ending = "t";
inline constexpr std::string_view participle_prefix = "ge";

}  // namespace quarry::answer
