#pragma once

#include <array>
#include <string_view>

#include "core/answer/units.h"

// What units, multiples and months are called, as data: symbols, then words in English, German, French, Spanish,
// Russian, Chinese and Japanese.
namespace quarry::answer {

struct UnitWords {
    Unit unit;
    std::string_view symbols;  ///< With a space between them; upper and lower case count.
    std::string_view words;    ///< In lower case.
};

// clang-format off
inline constexpr auto unit_words = std::to_array<UnitWords>({
    {{"nanoseconds", Dimension::time, 1e-9}, "ns", "nanosecond nanoseconds nanosekunde nanosekunden nanosecondes nanosegundos наносекунд 纳秒 ナノ秒"},
    {{"microseconds", Dimension::time, 1e-6}, "µs μs us", "microsecond microseconds mikrosekunde mikrosekunden microsecondes microsegundos микросекунд 微秒 マイクロ秒"},
    {{"milliseconds", Dimension::time, 1e-3}, "ms", "millisecond milliseconds millis msec millisekunde millisekunden milliseconde millisecondes milisegundo milisegundos миллисекунда миллисекунды миллисекунд мс 毫秒 ミリ秒"},
    {{"seconds", Dimension::time, 1}, "s", "sec secs second seconds sek sekunde sekunden seconde secondes segundo segundos seg секунда секунду секунды секунд сек с 秒钟 秒間 秒"},
    {{"minutes", Dimension::time, 60}, "min", "mins minute minutes minuten minuto minutos минута минуту минуты минут мин 分钟 分鐘 分間 分"},
    {{"hours", Dimension::time, 3600}, "h", "hr hrs hour hours std stunde stunden heure heures hora horas час часа часов ч 小时 小時 時間"},
    {{"days", Dimension::time, 86400}, "d", "day days tag tage tagen jour jours día días день дня дней 天 日間"},
    {{"weeks", Dimension::time, 604800}, "", "week weeks wk woche wochen semaine semaines semana semanas неделя неделю недели недель 周 星期 週間"},
    {{"months", Dimension::months, 1}, "", "month months mo monat monate monaten mois mes meses месяц месяца месяцев 个月 個月 か月 ヶ月 カ月"},
    {{"years", Dimension::months, 12}, "", "year years yr yrs jahr jahre jahren an ans année années año años год года лет 年間"},
    {{"decades", Dimension::months, 120}, "", "decade decades jahrzehnt jahrzehnte jahrzehnten décennie décennies década décadas десятилетие десятилетия десятилетий"},
    {{"centuries", Dimension::months, 1200}, "", "century centuries jahrhundert jahrhunderte jahrhunderten siècle siècles siglo siglos век века веков"},
    {{"nanometres", Dimension::length, 1e-9}, "nm", "nanometre nanometres nanometer nanometers nanomètres nanómetros нанометров 纳米"},
    {{"micrometres", Dimension::length, 1e-6}, "µm μm", "micrometre micrometres micrometer micrometers micron microns mikrometer micromètres micrómetros микрометров 微米"},
    {{"millimetres", Dimension::length, 1e-3}, "mm", "millimetre millimetres millimeter millimeters millimètre millimètres milímetro milímetros миллиметр миллиметра миллиметров мм 毫米 ミリメートル ミリ"},
    {{"centimetres", Dimension::length, 1e-2}, "cm", "centimetre centimetres centimeter centimeters zentimeter zentimetern centimètre centimètres centímetro centímetros сантиметр сантиметра сантиметров см 厘米 センチメートル センチ"},
    {{"metres", Dimension::length, 1}, "m", "metre metres meter meters metern mètre mètres metro metros метр метра метров м 米 メートル"},
    {{"kilometres", Dimension::length, 1000}, "km", "kilometre kilometres kilometer kilometers kilometern kilomètre kilomètres kilómetro kilómetros километр километра километров км 公里 千米 キロメートル キロ"},
    {{"inches", Dimension::length, 0.0254}, "", "inch inches zoll pouce pouces pulgada pulgadas дюйм дюйма дюймов 英寸 インチ"},
    {{"feet", Dimension::length, 0.3048}, "ft", "foot feet fuß pieds pie pies фут фута футов 英尺 フィート"},
    {{"yards", Dimension::length, 0.9144}, "yd", "yard yards yarda yardas ярд ярда ярдов 码 ヤード"},
    {{"miles", Dimension::length, 1609.344}, "mi", "mile miles meile meilen milla millas mille milles миля мили миль 英里 マイル"},
    {{"light years", Dimension::length, 9.4607e15}, "", "light-year light-years lightyear lightyears lichtjahr lichtjahre lichtjahren années-lumière años-luz 光年"},
    {{"micrograms", Dimension::mass, 1e-6}, "µg μg mcg", "microgram micrograms mikrogramm microgrammes microgramos микрограмм 微克"},
    {{"milligrams", Dimension::mass, 1e-3}, "mg", "milligram milligrams milligramm milligramme milligrammes miligramo miligramos миллиграмм миллиграмма миллиграммов мг 毫克 ミリグラム"},
    {{"grams", Dimension::mass, 1}, "g", "gram grams gramme grammes gramm gramo gramos грамм грамма граммов г 克 グラム"},
    {{"kilograms", Dimension::mass, 1000}, "kg", "kilo kilos kilogram kilograms kilogramm kilogramme kilogrammes kilogramo kilogramos килограмм килограмма килограммов кг 公斤 千克 キログラム"},
    {{"tonnes", Dimension::mass, 1e6}, "t", "ton tons tonne tonnes tonnen tonelada toneladas тонна тонны тонн 吨 トン"},
    {{"ounces", Dimension::mass, 28.349523125}, "oz", "ounce ounces unze unzen once onces onza onzas унция унции унций"},
    {{"pounds of weight", Dimension::mass, 453.59237}, "lb lbs", ""},
    {{"millilitres", Dimension::volume, 1e-3}, "ml mL", "millilitre millilitres milliliter milliliters millilitern mililitro mililitros миллилитр миллилитра миллилитров мл 毫升 ミリリットル"},
    {{"litres", Dimension::volume, 1}, "l L", "litre litres liter liters litern litro litros литр литра литров 升 リットル"},
    {{"gallons", Dimension::volume, 3.785411784}, "gal", "gallon gallons gallone gallonen galón galones галлон галлона галлонов 加仑 ガロン"},
    {{"cubic metres", Dimension::volume, 1000}, "m³ m3", "kubikmeter кубометр кубометра кубометров 立方米"},
    {{"bits", Dimension::data, 0.125}, "bit", "bits бит бита битов ビット"},
    {{"kilobits", Dimension::data, 125}, "kbit Kbit kb", "kilobit kilobits килобит"},
    {{"megabits", Dimension::data, 125e3}, "Mbit Mb", "megabit megabits мегабит"},
    {{"gigabits", Dimension::data, 125e6}, "Gbit Gb", "gigabit gigabits гигабит"},
    {{"bytes", Dimension::data, 1}, "B", "byte bytes octet octets байт байта байтов 字节 バイト"},
    {{"KB", Dimension::data, 1e3}, "kB KB", "kilobyte kilobytes kilo-octets килобайт килобайта"},
    {{"MB", Dimension::data, 1e6}, "MB", "megabyte megabytes мегабайт мегабайта"},
    {{"GB", Dimension::data, 1e9}, "GB", "gigabyte gigabytes гигабайт гигабайта"},
    {{"TB", Dimension::data, 1e12}, "TB", "terabyte terabytes терабайт терабайта"},
    {{"PB", Dimension::data, 1e15}, "PB", "petabyte petabytes петабайт"},
    {{"KiB", Dimension::data, 1024}, "KiB kiB", "kibibyte kibibytes"},
    {{"MiB", Dimension::data, 1048576}, "MiB", "mebibyte mebibytes"},
    {{"GiB", Dimension::data, 1073741824}, "GiB", "gibibyte gibibytes"},
    {{"TiB", Dimension::data, 1099511627776}, "TiB", "tebibyte tebibytes"},
    {{"milliwatts", Dimension::power, 1e-3}, "mW", "milliwatt milliwatts"},
    {{"watts", Dimension::power, 1}, "W", "watt watts vatios ватт 瓦 ワット"},
    {{"kilowatts", Dimension::power, 1e3}, "kW KW", "kilowatt kilowatts kilovatios киловатт 千瓦 キロワット"},
    {{"megawatts", Dimension::power, 1e6}, "MW", "megawatt megawatts megavatios мегаватт 兆瓦 メガワット"},
    {{"gigawatts", Dimension::power, 1e9}, "GW", "gigawatt gigawatts gigavatios гигаватт 吉瓦 ギガワット"},
    {{"joules", Dimension::energy, 1}, "J", "joule joules джоуль джоулей 焦耳 ジュール"},
    {{"kilojoules", Dimension::energy, 1e3}, "kJ", "kilojoule kilojoules"},
    {{"kilocalories", Dimension::energy, 4184}, "kcal", "kilocalorie kilocalories kilokalorien"},
    {{"watt hours", Dimension::energy, 3600}, "Wh", "wattstunden"},
    {{"kilowatt hours", Dimension::energy, 3.6e6}, "kWh", "kilowattstunde kilowattstunden kilowatt-hours kilowattheures 千瓦时"},
    {{"megawatt hours", Dimension::energy, 3.6e9}, "MWh", "megawattstunden"},
    {{"hertz", Dimension::frequency, 1}, "Hz", "hertz герц 赫兹 ヘルツ"},
    {{"kilohertz", Dimension::frequency, 1e3}, "kHz", "kilohertz килогерц"},
    {{"megahertz", Dimension::frequency, 1e6}, "MHz", "megahertz мегагерц"},
    {{"gigahertz", Dimension::frequency, 1e9}, "GHz", "gigahertz гигагерц"},
    {{"millivolts", Dimension::voltage, 1e-3}, "mV", "millivolt millivolts"},
    {{"volts", Dimension::voltage, 1}, "V", "volt volts voltios вольт 伏 ボルト"},
    {{"kilovolts", Dimension::voltage, 1e3}, "kV", "kilovolt kilovolts"},
    {{"milliamperes", Dimension::current, 1e-3}, "mA", "milliampere milliamperes milliamps"},
    {{"amperes", Dimension::current, 1}, "A", "ampere amperes amp amps amperios ампер 安培 アンペア"},
    {{"pascals", Dimension::pressure, 1}, "Pa", "pascal pascals"},
    {{"hectopascals", Dimension::pressure, 100}, "hPa mbar", "hectopascal hektopascal millibar"},
    {{"bar", Dimension::pressure, 1e5}, "bar", "bars"},
    {{"square metres", Dimension::area, 1}, "m² m2", "quadratmeter quadratmetern 平方米"},
    {{"hectares", Dimension::area, 1e4}, "ha", "hectare hectares hektar hectárea hectáreas гектар гектара гектаров 公顷 ヘクタール"},
    {{"acres", Dimension::area, 4046.8564224}, "", "acre acres акр акра акров 英亩 エーカー"},
    {{"square kilometres", Dimension::area, 1e6}, "km² km2", "quadratkilometer quadratkilometern 平方公里"},
    {{"kilometres per hour", Dimension::speed, 1000.0 / 3600}, "km/h kph kmh", "км/ч"},
    {{"metres per second", Dimension::speed, 1}, "m/s", "м/с"},
    {{"miles per hour", Dimension::speed, 1609.344 / 3600}, "mph", ""},
    {{"knots", Dimension::speed, 1852.0 / 3600}, "kn", "knot knots knoten nœuds nudos узел узла узлов"},
    {{"degrees Celsius", Dimension::celsius, 1}, "°C ℃", "celsius centigrade 摄氏度"},
    {{"degrees Fahrenheit", Dimension::fahrenheit, 1}, "°F ℉", "fahrenheit 华氏度"},
    {{"kelvin", Dimension::kelvin, 1}, "K", "kelvins"},
    {{"percent", Dimension::percent, 1}, "% ％", "percent prozent pourcent процент процента процентов パーセント"},
    {{"dollars", Dimension::currency, 0}, "$ US$ USD", "dollar dollars dólar dólares доллар доллара долларов 美元 ドル"},
    {{"cents", Dimension::currency, 0}, "¢ ct", "cent cents centavo centavos"},
    {{"euros", Dimension::currency, 0}, "€ EUR", "euro euros евро 欧元 ユーロ"},
    {{"pounds", Dimension::currency, 0}, "£ GBP", "pound pounds pfund libra libras фунт фунта фунтов 英镑 ポンド"},
    {{"francs", Dimension::currency, 0}, "CHF Fr.", "franc francs franken франк франка франков 法郎 フラン"},
    {{"yen", Dimension::currency, 0}, "¥ JPY", "иена иены иен 日元 円"},
    {{"yuan", Dimension::currency, 0}, "CNY RMB", "renminbi юань юаня юаней 元 人民币"},
    {{"roubles", Dimension::currency, 0}, "₽ RUB", "rouble roubles ruble rubles rubel рубль рубля рублей руб"},
    {{"crowns", Dimension::currency, 0}, "SEK NOK DKK CZK", "krona kronor krone kroner kronen"},
});

struct ScaleWords {
    double factor;
    std::string_view words;
};
inline constexpr auto scale_words = std::to_array<ScaleWords>({
    {1e3, "thousand tausend mille mil тысяча тысячи тысяч 千"},
    {1e4, "万 萬"},
    {1e6, "million millions mio mn millionen millón millones миллион миллиона миллионов млн 百万"},
    {1e8, "亿 億"},
    {1e9, "billion billions bn mrd milliarde milliarden milliard milliards миллиард миллиарда миллиардов млрд"},
    {1e12, "trillion trillions tn billionen триллион триллиона триллионов"},
});

/// Letters at a number that multiply it; some are units ("10m", "3B") but of money.
struct ScaleSuffix {
    std::string_view suffix;
    double factor;
    bool of_currency;
};
inline constexpr auto scale_suffixes = std::to_array<ScaleSuffix>({
    {"k", 1e3, false}, {"K", 1e3, true}, {"M", 1e6, false}, {"m", 1e6, true}, {"B", 1e9, true}, {"b", 1e9, true},
    {"T", 1e12, true},
});

// January to December.
inline constexpr auto month_words = std::to_array<std::string_view>({
    "january jan januar jänner janvier enero января январь январе",
    "february feb februar février febrero февраля февраль феврале",
    "march mar märz mars marzo марта март марте",
    "april apr avril abril апреля апрель апреле",
    "may mai mayo мая май мае",
    "june jun juni juin junio июня июнь июне",
    "july jul juli juillet julio июля июль июле",
    "august aug août agosto августа август августе",
    "september sep sept septembre septiembre сентября сентябрь сентябре",
    "october oct oktober okt octobre octubre октября октябрь октябре",
    "november nov novembre noviembre ноября ноябрь ноябре",
    "december dec dezember dez décembre diciembre декабря декабрь декабре",
});

// Months that are words or names too, and short forms; and what stands before one that is a month and stands alone.
inline constexpr std::string_view months_that_are_words =
    "may mai mayo march mar mars april apr avril abril june jun august aug août agosto julio jan feb jul sep sept oct okt "
    "nov dec dez";
inline constexpr std::string_view before_months =
    "in since until till by from to of every during im seit bis ab en de depuis desde hasta в с до early late mid anfang "
    "mitte ende jeden chaque cada";
// Between the parts of a date: "the 3rd of May", "5 de mayo de 2019".
inline constexpr std::string_view date_links = "of de del";
// Between two days of one month: "3 to 9 May".
inline constexpr std::string_view range_links = "to and until bis und au et à al a y по до и";
inline constexpr std::string_view range_signs = "- – — /";
inline constexpr std::string_view range_links_run_on = "から 至 到 和 と 、 ～ 〜";
// What makes a day of a number.
inline constexpr std::string_view ordinal_endings = "st nd rd th er º ª го ого";
// Behind a number of four digits that is a year, though it counts years behind others: "1943 года", but "3 года".
inline constexpr std::string_view year_words = "год года году годом годов";
// Behind a time of day.
inline constexpr std::string_view morning_words = "am a.m";
inline constexpr std::string_view afternoon_words = "pm p.m";
inline constexpr std::string_view clock_words = "uhr o'clock";
// Behind the parts of a date in Chinese and Japanese.
inline constexpr std::string_view year_signs = "年";
inline constexpr std::string_view month_signs = "月";
inline constexpr std::string_view day_signs = "日 号 號";

// What makes a version of the number behind it.
inline constexpr std::string_view version_words = "v version release versión versão версия версии версию 版本 バージョン";

// Units that are ordinals behind these, where another word follows: "a second attempt".
inline constexpr std::string_view ordinal_articles = "a un une una";
inline constexpr std::string_view ordinal_units = "second seconde segundo segunda";

// Between a unit and what it is for: "kilometres per hour".
inline constexpr std::string_view per_words = "per pro par por je в";
// The same, where it stands behind an amount: "800 euros a month".
inline constexpr std::string_view each_words = "a an al la le im cada each every";
inline constexpr std::string_view degree_words = "degree degrees grad degré degrés grado grados градус градуса градусов";
// clang-format on

}  // namespace quarry::answer
