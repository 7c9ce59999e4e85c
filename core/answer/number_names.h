#pragma once

#include <array>
#include <string_view>

// What numbers are called, as data. Those from a thousand on that only multiply are with the units.
namespace quarry::answer {

/// The names of a language's numbers, and how they are put together.
struct NumberNames {
    std::string_view language;
    std::string_view names;      ///< "two=2 three=3", in lower case.
    std::string_view links;      ///< Between parts: "and".
    bool links_in_tens = false;  ///< "treinta y cinco"; else only behind hundreds.
    bool ones_first = false;     ///< "fünfundzwanzig".
    bool by_twenties = false;    ///< "soixante-dix", "quatre-vingt-dix".
    bool runs_on = false;        ///< Written as one word.
};

// clang-format off
inline constexpr auto number_names = std::to_array<NumberNames>({
    {.language = "en",
     .names = "a=1 an=1 one=1 two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 eleven=11 twelve=12 thirteen=13 "
              "fourteen=14 fifteen=15 sixteen=16 seventeen=17 eighteen=18 nineteen=19 twenty=20 thirty=30 forty=40 fifty=50 "
              "sixty=60 seventy=70 eighty=80 ninety=90 hundred=100",
     .links = "and"},
    {.language = "de",
     .names = "ein=1 eine=1 eins=1 zwei=2 drei=3 vier=4 fünf=5 sechs=6 sieben=7 acht=8 neun=9 zehn=10 elf=11 zwölf=12 "
              "dreizehn=13 vierzehn=14 fünfzehn=15 sechzehn=16 siebzehn=17 achtzehn=18 neunzehn=19 zwanzig=20 dreißig=30 "
              "vierzig=40 fünfzig=50 sechzig=60 siebzig=70 achtzig=80 neunzig=90 hundert=100 tausend=1000",
     .links = "und", .links_in_tens = true, .ones_first = true, .runs_on = true},
    {.language = "fr",
     .names = "un=1 une=1 deux=2 trois=3 quatre=4 cinq=5 six=6 sept=7 huit=8 neuf=9 dix=10 onze=11 douze=12 treize=13 "
              "quatorze=14 quinze=15 seize=16 vingt=20 vingts=20 trente=30 quarante=40 cinquante=50 soixante=60 septante=70 "
              "octante=80 nonante=90 cent=100 cents=100 mille=1000",
     .links = "et", .links_in_tens = true, .by_twenties = true},
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
     .names = "один=1 одна=1 одну=1 одного=1 два=2 две=2 двух=2 три=3 трёх=3 трех=3 четыре=4 четырёх=4 пять=5 пяти=5 шесть=6 "
              "шести=6 семь=7 восемь=8 девять=9 десять=10 десяти=10 одиннадцать=11 двенадцать=12 тринадцать=13 "
              "четырнадцать=14 пятнадцать=15 шестнадцать=16 семнадцать=17 восемнадцать=18 девятнадцать=19 двадцать=20 "
              "двадцати=20 тридцать=30 тридцати=30 сорок=40 пятьдесят=50 шестьдесят=60 семьдесят=70 восемьдесят=80 "
              "девяносто=90 сто=100 двести=200 триста=300 четыреста=400 пятьсот=500 шестьсот=600 семьсот=700 восемьсот=800 "
              "девятьсот=900 тысяча=1000",
     .links = ""},
});

// Chinese and Japanese: digits, and what multiplies them.
inline constexpr std::string_view numerals = "〇=0 零=0 一=1 二=2 两=2 兩=2 三=3 四=4 五=5 六=6 七=7 八=8 九=9";
inline constexpr std::string_view numeral_multiples = "十=10 百=100 千=1000 万=10000 萬=10000 亿=100000000 億=100000000";
// clang-format on

}  // namespace quarry::answer
