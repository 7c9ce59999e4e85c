#pragma once

#include <array>
#include <string_view>

// What numbers are called, as data. Those from a thousand on that only multiply are with the units.
namespace quarry::answer {

/// The names of a language's numbers, and how they are put together.
struct NumberNames {
    std::string_view language;
    std::string_view names;       ///< "two=2 three=3", in lower case.
    std::string_view articles{};  ///< Those that only begin a number: "a hundred".
    std::string_view ordinals{};  ///< Those that only end one: "twenty-first".
    std::string_view wholes{};    ///< Those that are one by themselves, and no other word: "twentieth".
    std::string_view endings{};   ///< What makes an ordinal of a number that is written as one word.
    std::string_view others{};    ///< Those that are another word where they count nothing.
    std::string_view links;       ///< Between parts: "and". Empty: spaces alone, before ordinals too.
    bool links_in_tens = false;   ///< "treinta y cinco"; else only behind hundreds.
    bool ones_first = false;      ///< "fünfundzwanzig".
    bool by_twenties = false;     ///< "soixante-dix", "quatre-vingt-dix".
    bool runs_on = false;         ///< Written as one word.
};

// clang-format off
inline constexpr auto number_names = std::to_array<NumberNames>({
    {.language = "en",
     .names = "one=1 two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 eleven=11 twelve=12 thirteen=13 "
              "fourteen=14 fifteen=15 sixteen=16 seventeen=17 eighteen=18 nineteen=19 twenty=20 thirty=30 forty=40 fifty=50 "
              "sixty=60 seventy=70 eighty=80 ninety=90 hundred=100",
     .articles = "a=1 an=1",
     .ordinals = "first=1 second=2 third=3 fourth=4 fifth=5 sixth=6 seventh=7 eighth=8 ninth=9 "
                 "tenth=10 eleventh=11 twelfth=12",
     .wholes = "thirteenth=13 fourteenth=14 fifteenth=15 sixteenth=16 seventeenth=17 eighteenth=18 nineteenth=19 "
               "twentieth=20 thirtieth=30 fortieth=40 fiftieth=50 sixtieth=60 seventieth=70 eightieth=80 ninetieth=90",
     .links = "and"},
    {.language = "de",
     .names = "ein=1 eine=1 eins=1 zwei=2 drei=3 vier=4 fünf=5 sechs=6 sieben=7 acht=8 neun=9 zehn=10 elf=11 zwölf=12 "
              "dreizehn=13 vierzehn=14 fünfzehn=15 sechzehn=16 siebzehn=17 achtzehn=18 neunzehn=19 zwanzig=20 dreißig=30 "
              "vierzig=40 fünfzig=50 sechzig=60 siebzig=70 achtzig=80 neunzig=90 hundert=100 tausend=1000",
     .ordinals = "erste=1 ersten=1 erster=1 erstes=1 dritte=3 dritten=3 dritter=3 drittes=3 siebte=7 siebten=7 siebter=7 "
                 "siebtes=7 achte=8 achten=8 achter=8 achtes=8",
     .endings = "ste sten ster stes stem te ten ter tes tem", .others = "sieben",
     .links = "und", .links_in_tens = true, .ones_first = true, .runs_on = true},
    {.language = "fr",
     .names = "un=1 une=1 deux=2 trois=3 quatre=4 cinq=5 six=6 sept=7 huit=8 neuf=9 dix=10 onze=11 douze=12 treize=13 "
              "quatorze=14 quinze=15 seize=16 vingt=20 vingts=20 trente=30 quarante=40 cinquante=50 soixante=60 septante=70 "
              "octante=80 nonante=90 cent=100 cents=100 mille=1000",
     .ordinals = "unième=1 deuxième=2 troisième=3 quatrième=4 cinquième=5 sixième=6 septième=7 huitième=8 neuvième=9 "
                 "dixième=10 onzième=11 douzième=12 treizième=13 quatorzième=14 quinzième=15 seizième=16 vingtième=20",
     .others = "neuf", .links = "et", .links_in_tens = true, .by_twenties = true},
    {.language = "es",
     .names = "un=1 uno=1 una=1 dos=2 tres=3 cuatro=4 cinco=5 seis=6 siete=7 ocho=8 nueve=9 diez=10 once=11 doce=12 trece=13 "
              "catorce=14 quince=15 dieciséis=16 diecisiete=17 dieciocho=18 diecinueve=19 veinte=20 veintiuno=21 "
              "veintiún=21 veintiuna=21 veintidós=22 veintitrés=23 veinticuatro=24 veinticinco=25 veintiséis=26 "
              "veintisiete=27 veintiocho=28 veintinueve=29 treinta=30 cuarenta=40 cincuenta=50 sesenta=60 setenta=70 "
              "ochenta=80 noventa=90 cien=100 ciento=100 doscientos=200 doscientas=200 trescientos=300 trescientas=300 "
              "cuatrocientos=400 cuatrocientas=400 quinientos=500 quinientas=500 seiscientos=600 seiscientas=600 "
              "setecientos=700 setecientas=700 ochocientos=800 ochocientas=800 novecientos=900 novecientas=900 mil=1000",
     .links = "y", .links_in_tens = true},
    {.language = "ru",
     .names = "один=1 одна=1 одну=1 одного=1 одной=1 два=2 две=2 двух=2 три=3 трёх=3 трех=3 четыре=4 четырёх=4 четырех=4 "
              "пять=5 пяти=5 шесть=6 шести=6 семь=7 семи=7 восемь=8 восьми=8 девять=9 девяти=9 десять=10 десяти=10 "
              "одиннадцать=11 одиннадцати=11 двенадцать=12 двенадцати=12 тринадцать=13 тринадцати=13 четырнадцать=14 "
              "четырнадцати=14 пятнадцать=15 пятнадцати=15 шестнадцать=16 шестнадцати=16 семнадцать=17 семнадцати=17 "
              "восемнадцать=18 восемнадцати=18 девятнадцать=19 девятнадцати=19 двадцать=20 двадцати=20 тридцать=30 "
              "тридцати=30 сорок=40 сорока=40 пятьдесят=50 пятидесяти=50 шестьдесят=60 шестидесяти=60 семьдесят=70 "
              "семидесяти=70 восемьдесят=80 восьмидесяти=80 девяносто=90 девяноста=90 сто=100 ста=100 двести=200 "
              "двухсот=200 триста=300 трёхсот=300 трехсот=300 четыреста=400 четырёхсот=400 четырехсот=400 пятьсот=500 "
              "пятисот=500 шестьсот=600 шестисот=600 семьсот=700 семисот=700 восемьсот=800 восьмисот=800 девятьсот=900 "
              "девятисот=900 тысяча=1000",
     .ordinals = "первый=1 первого=1 первом=1 первая=1 первой=1 первую=1 второй=2 второго=2 втором=2 вторая=2 "
                 "вторую=2 третий=3 третьего=3 третьем=3 третья=3 третьей=3 третью=3 четвёртый=4 четвёртого=4 "
                 "четвёртом=4 четвёртая=4 четвёртой=4 четвёртую=4 четвертый=4 четвертого=4 четвертом=4 четвертая=4 "
                 "четвертой=4 четвертую=4 пятый=5 пятого=5 пятом=5 пятая=5 пятой=5 пятую=5 шестой=6 шестого=6 "
                 "шестом=6 шестая=6 шестую=6 седьмой=7 седьмого=7 седьмом=7 седьмая=7 седьмую=7 восьмой=8 "
                 "восьмого=8 восьмом=8 восьмая=8 восьмую=8 девятый=9 девятого=9 девятом=9 девятая=9 девятой=9 "
                 "девятую=9",
     .links = ""},
});

// Chinese and Japanese: digits, and what multiplies them.
inline constexpr std::string_view numerals = "〇=0 零=0 一=1 二=2 两=2 兩=2 三=3 四=4 五=5 六=6 七=7 八=8 九=9";
inline constexpr std::string_view numeral_multiples = "十=10 百=100 千=1000 万=10000 萬=10000 亿=100000000 億=100000000";
// clang-format on

}  // namespace quarry::answer
