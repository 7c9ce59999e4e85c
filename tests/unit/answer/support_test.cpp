// What a statement's words say of its sources: dates, numbers, bounds, comparisons, and who does what.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "core/answer/quantity.h"
#include "core/answer/support.h"

namespace quarry::answer {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct HoldCase {
    const char* name;
    const char* source;
    std::vector<const char*> right;
    std::vector<const char*> wrong;
};
class Statements : public ::testing::TestWithParam<HoldCase> {};

TEST_P(Statements, HoldOrDoNot) {
    const Cancellation never;
    SupportScorer scorer;
    const std::string_view source = GetParam().source;
    const auto support = [&](const char* statement) { return scorer.score(statement, std::span(&source, 1), never); };
    for (const char* const statement : GetParam().right) {
        EXPECT_TRUE(support(statement).whole) << statement << '\n'
                                              << ::testing::PrintToString(support(statement).problems);
    }
    for (const char* const statement : GetParam().wrong) EXPECT_FALSE(support(statement).whole) << statement;
}

const auto by_name = [](const auto& row) { return std::string(row.param.name); };

INSTANTIATE_TEST_SUITE_P(
    Dates, Statements,
    ::testing::Values(
        HoldCase{"en_day_first",
                 "The road was finished on 7 June 2011.",
                 {"The road was finished in 2011.", "The road was finished in June 2011.",
                  "The road was finished on June 7, 2011.", "The road was finished on the 7th of June 2011.",
                  "The road was finished on 2011-06-07.", "The road was finished on 7.6.2011."},
                 {"The road was finished in 2012.", "The road was finished in July 2011.",
                  "The road was finished on June 8, 2011.", "The road was finished on 2011-07-07."}},
        HoldCase{"either_order",
                 "The road was finished on 03/04/2019.",
                 {"The road was finished on 3 April 2019.", "The road was finished on March 4, 2019."},
                 {"The road was finished on 5 April 2019.", "The road was finished on 3 April 2018."}},
        HoldCase{"part_that_is_not_there",
                 "The road was finished in June 2011.",
                 {"The road was finished in June."},
                 {"The road was finished on 7 June 2011."}},
        HoldCase{"year_that_is_not_there",
                 "The road was finished on 7 June.",
                 {"The road was finished in June."},
                 {"The road was finished on 7 June 2011."}},
        HoldCase{"of_another",
                 "The canal was begun on 3 May 1901, and the harbour was opened on 9 June 1907.",
                 {"The canal was begun in 1901.", "The harbour was opened in June 1907."},
                 {"The canal was begun in 1907.", "The canal was begun on 9 June 1907."}},
        HoldCase{"days_of_one_month",
                 "The fair was held from 3 to 9 May 2022.",
                 {"The fair was held from 3 May 2022.", "The fair was held until 9 May 2022."},
                 {"The fair was held from 4 May 2022.", "The fair was held from 3 June 2022."}},
        HoldCase{"de",
                 "Die Straße wurde am 7. Juni 2011 fertig.",
                 {"Die Straße wurde 2011 fertig.", "Die Straße wurde am 07.06.2011 fertig."},
                 {"Die Straße wurde im Mai 2011 fertig.", "Die Straße wurde am 08.06.2011 fertig."}},
        HoldCase{"fr",
                 "La route fut achevée le 1er juin 2011.",
                 {"La route fut achevée en juin 2011.", "La route fut achevée le 01/06/2011."},
                 {"La route fut achevée en 2010.", "La route fut achevée le 2 juin 2011."}},
        HoldCase{"es",
                 "La carretera se terminó el 7 de junio de 2011.",
                 {"La carretera se terminó en 2011.", "La carretera se terminó en junio de 2011."},
                 {"La carretera se terminó en 2001.", "La carretera se terminó el 8 de junio de 2011."}},
        HoldCase{"ru",
                 "Дорога была закончена 7 июня 2011 года.",
                 {"Дорога была закончена в 2011 году.", "Дорога была закончена 07.06.2011.",
                  "Дорога была закончена летом 2011 года."},
                 {"Дорога была закончена в июле 2011 года."}},
        HoldCase{"zh",
                 "这条路于2011年6月7日完工。",
                 {"这条路于2011年完工。", "这条路于2011年6月完工。", "这条路于2011-06-07完工。"},
                 {"这条路于2012年完工。", "这条路于2011年6月8日完工。"}},
        HoldCase{
            "ja", "道路は2011年6月7日に完成した。", {"道路は2011年6月に完成した。"}, {"道路は2011年7月に完成した。"}}),
    by_name);

INSTANTIATE_TEST_SUITE_P(
    NumbersInWords, Statements,
    ::testing::Values(
        HoldCase{"en",
                 "The library owns 1,250 maps and 43 globes.",
                 {"The library owns one thousand two hundred and fifty maps.", "The library owns forty-three globes."},
                 {"The library owns one thousand two hundred and sixty maps.", "The library owns forty-four globes."}},
        HoldCase{"en_to_digits",
                 "About three hundred maps are kept.",
                 {"About 300 maps are kept."},
                 {"About 3 maps are kept."}},
        HoldCase{"de",
                 "Die Bücherei besitzt 700 Karten und 43 Globen.",
                 {"Die Bücherei besitzt siebenhundert Karten.", "Die Bücherei besitzt dreiundvierzig Globen."},
                 {"Die Bücherei besitzt vierunddreißig Globen."}},
        HoldCase{"fr",
                 "La bibliothèque possède 600 cartes et 97 globes.",
                 {"La bibliothèque possède six cents cartes.", "La bibliothèque possède quatre-vingt-dix-sept globes."},
                 {"La bibliothèque possède quatre-vingt-sept globes."}},
        HoldCase{"es",
                 "La biblioteca posee 600 mapas y 43 globos.",
                 {"La biblioteca posee seiscientos mapas.", "La biblioteca posee cuarenta y tres globos."},
                 {"La biblioteca posee cuarenta y cuatro globos."}},
        HoldCase{"ru",
                 "В библиотеке 600 карт и 43 глобуса.",
                 {"В библиотеке шестьсот карт.", "В библиотеке сорок три глобуса."},
                 {"В библиотеке сорок два глобуса."}},
        HoldCase{"zh", "图书馆有350张地图。", {"图书馆有三百五十张地图。"}, {"图书馆有三百六十张地图。"}}),
    by_name);

INSTANTIATE_TEST_SUITE_P(
    Bounds, Statements,
    ::testing::Values(
        HoldCase{"most",
                 "Hedges may be up to 2 metres tall.",
                 {"Hedges may be at most 2 metres tall.", "Hedges may not be taller than 2 metres.",
                  "Hedges must never exceed 2 metres.", "Hedges may be 2 metres tall."},
                 {"Hedges must be at least 2 metres tall.", "Hedges may be taller than 2 metres.",
                  "Hedges must be no shorter than 2 metres.", "Hedges may be 2 metres or more."}},
        HoldCase{"least",
                 "The pool is at least 2 metres deep.",
                 {"The pool is no less than 2 metres deep.", "The pool is 2 metres deep or more."},
                 {"The pool is at most 2 metres deep.", "The pool is less than 2 metres deep."}},
        HoldCase{
            "two_of_one", "Use more than 5 and at most 9 nails.", {"Use at most 9 nails."}, {"Use at least 9 nails."}},
        HoldCase{"denied_otherwise",
                 "The lift does not carry more than 8 people.",
                 {"The lift carries at most 8 people."},
                 {"The lift carries more than 8 people.", "The lift does not carry 8 people."}},
        HoldCase{"de",
                 "Hecken dürfen bis zu 2 Meter hoch sein.",
                 {"Hecken dürfen höchstens 2 Meter hoch sein.", "Hecken dürfen 2 Meter nicht überschreiten."},
                 {"Hecken müssen mindestens 2 Meter hoch sein.", "Hecken dürfen mehr als 2 Meter hoch sein."}},
        HoldCase{"fr",
                 "La haie peut mesurer jusqu'à 2 mètres.",
                 {"La haie ne doit pas dépasser 2 mètres."},
                 {"La haie doit mesurer au moins 2 mètres."}},
        HoldCase{"es",
                 "El seto puede medir hasta 2 metros.",
                 {"El seto no puede superar los 2 metros."},
                 {"El seto debe medir al menos 2 metros."}},
        HoldCase{"ru",
                 "Высота забора не более 2 метров.",
                 {"Высота забора максимум 2 метра."},
                 {"Высота забора не менее 2 метров.", "Высота забора свыше 2 метров."}},
        HoldCase{"zh", "围栏不得超过2米。", {"围栏最多2米。"}, {"围栏至少2米。", "围栏超过2米。"}},
        HoldCase{"ja",
                 "柵の高さは2メートル以内です。",
                 {"柵の高さは最大2メートルです。"},
                 {"柵の高さは2メートル以上です。"}}),
    by_name);

INSTANTIATE_TEST_SUITE_P(
    Opposites, Statements,
    ::testing::Values(
        HoldCase{"en",
                 "The school hired 12 teachers in August.",
                 {"In August the school hired 12 teachers."},
                 {"The school fired 12 teachers in August.", "The school dismissed 12 teachers in August."}},
        HoldCase{"seen_from_the_other_side",
                 "Acme bought the mill from Norton in 1950.",
                 {"Norton sold the mill to Acme in 1950."},
                 {"Acme sold the mill to Norton in 1950."}},
        HoldCase{"both_in_the_source",
                 "The old model weighs 8 kg, the new one 3 kg. The older model is blue and the newer model is red.",
                 {"The newer model is red."},
                 {}},
        HoldCase{"de", "Die Miete stieg im Mai um 30 Euro.", {}, {"Die Miete sank im Mai um 30 Euro."}},
        HoldCase{"fr", "Le maire a autorisé la fête en juin.", {}, {"Le maire a interdit la fête en juin."}},
        HoldCase{"es", "El comité aceptó la propuesta en junio.", {}, {"El comité rechazó la propuesta en junio."}},
        HoldCase{"ru", "Фабрика наняла 20 рабочих в мае.", {}, {"Фабрика уволила 20 рабочих в мае."}},
        HoldCase{"zh", "公司允许员工在家工作。", {}, {"公司禁止员工在家工作。"}}),
    by_name);

INSTANTIATE_TEST_SUITE_P(
    Multiples, Statements,
    ::testing::Values(HoldCase{"of_money",
                               "The deal was worth $1.5M and the fine €3bn.",
                               {"The deal was worth 1.5 million dollars.", "The fine was 3 billion euros."},
                               {"The deal was worth 1.5 billion dollars.", "The fine was 3 million euros."}},
                      HoldCase{"of_counts",
                               "The service handles 10k requests a second for 2M users.",
                               {"The service handles 10,000 requests a second.", "There are two million users."},
                               {"The service handles 100,000 requests a second.", "There are two thousand users."}},
                      HoldCase{"signs_at_the_number",
                               "The fine is £12.50 and the fee ¥300.",
                               {"The fine is 12.50 pounds.", "The fee is 300 yen."},
                               {"The fine is 125 pounds.", "The fee is 300 dollars."}},
                      HoldCase{
                          "letters_of_data",
                          "The buffer has 64k, the rope is 10m long.",
                          {"The buffer has 64 KB.", "The buffer has 64,000 bytes.", "The rope is 10 metres long."},
                          {"The buffer has 64 MB.", "The buffer has 64 bits.", "The rope is 10 million metres long."}},
                      HoldCase{"letters_before_a_unit",
                               "A buffer of 64k bytes is made at the start.",
                               {"At the start, a buffer of 64k bytes is made.", "A buffer of 64,000 bytes is made."},
                               {"A buffer of 64 bytes is made."}},
                      HoldCase{"ordinals",
                               "He finished third in the 21st race.",
                               {"He finished 3rd in the race.", "He finished third in the twenty-first race."},
                               {"He finished 2nd in the race.", "He finished third in the twentieth race."}}),
    by_name);

INSTANTIATE_TEST_SUITE_P(DenialsOfAPart, Statements,
                         ::testing::Values(HoldCase{"en",
                                                    "Guests may bring dogs but not cats.",
                                                    {"Guests may bring dogs.", "Guests may bring dogs but not cats."},
                                                    {"Guests may bring cats.", "Guests may not bring dogs."}},
                                           HoldCase{"de",
                                                    "Das Auto ist rot, nicht blau.",
                                                    {"Das Auto ist rot."},
                                                    {"Das Auto ist blau.", "Das Auto ist nicht rot."}}),
                         by_name);

INSTANTIATE_TEST_SUITE_P(
    Comparisons, Statements,
    ::testing::Values(HoldCase{"amount",
                               "Trains use less energy than planes.",
                               {"Planes use more energy than trains."},
                               {"Trains use more energy than planes.", "Planes use less energy than trains."}},
                      HoldCase{"measure",
                               "The spire is taller than the dome.",
                               {"The dome is shorter than the spire."},
                               {"The spire is shorter than the dome.", "The dome is taller than the spire."}},
                      HoldCase{"of_opposite_things",
                               "In winter the north is colder than the south.",
                               {"In winter the south is warmer than the north."},
                               {"In winter the north is warmer than the south.",
                                "In winter the south is colder than the north."}},
                      HoldCase{"more_and_measure",
                               "Silk is more expensive than wool.",
                               {"Wool is cheaper than silk.", "Wool is less expensive than silk."},
                               {"Silk is cheaper than wool.", "Wool is more expensive than silk."}},
                      HoldCase{"de",
                               "Der Rhein ist länger als die Elbe.",
                               {"Die Elbe ist kürzer als der Rhein."},
                               {"Der Rhein ist kürzer als die Elbe.", "Die Elbe ist länger als der Rhein."}},
                      HoldCase{"fr",
                               "La Loire est plus longue que la Seine.",
                               {"La Seine est plus courte que la Loire.", "La Seine est moins longue que la Loire."},
                               {"La Loire est plus courte que la Seine.", "La Seine est plus longue que la Loire."}},
                      HoldCase{"es",
                               "El tren es más caro que el autobús.",
                               {"El autobús es más barato que el tren."},
                               {"El tren es más barato que el autobús.", "El autobús es más caro que el tren."}},
                      HoldCase{"ru",
                               "Это уже не новость: Лена длиннее Волги.",
                               {"Это уже не новость: Волга короче Лены."},
                               {"Это уже не новость: Лена короче Волги.", "Это уже не новость: Волга длиннее Лены."}}),
    by_name);

INSTANTIATE_TEST_SUITE_P(FormsOfVerbs, Statements,
                         ::testing::Values(HoldCase{"en",
                                                    "The wolf ate the goose.",
                                                    {"The goose was eaten by the wolf."},
                                                    {"The wolf was eaten by the goose."}},
                                           HoldCase{"de",
                                                    "Der Wolf fraß die Gans.",
                                                    {"Die Gans wurde vom Wolf gefressen."},
                                                    {"Der Wolf wurde von der Gans gefressen."}},
                                           HoldCase{"de_participle",
                                                    "Der Wolf jagte die Gans.",
                                                    {"Die Gans wurde vom Wolf gejagt."},
                                                    {"Der Wolf wurde von der Gans gejagt."}},
                                           HoldCase{"fr",
                                                    "Le loup mord la chèvre.",
                                                    {"La chèvre est mordue par le loup."},
                                                    {"Le loup est mordu par la chèvre."}},
                                           HoldCase{"es",
                                                    "El lobo persigue a la cabra.",
                                                    {"La cabra fue perseguida por el lobo."},
                                                    {"El lobo fue perseguido por la cabra."}}),
                         by_name);

INSTANTIATE_TEST_SUITE_P(
    Roles, Statements,
    ::testing::Values(
        HoldCase{"de_subject_first",
                 "Der Wolf jagt die Gans.",
                 {"Der Wolf jagt die Gans.", "Die Gans jagt der Wolf."},
                 {"Den Wolf jagt die Gans.", "Die Gans jagt den Wolf."}},
        HoldCase{"de_object_first",
                 "Den Wolf jagt die Gans.",
                 {"Die Gans jagt den Wolf."},
                 {"Der Wolf jagt die Gans.", "Die Gans jagt der Wolf."}},
        HoldCase{"de_dative_of_feminine_nouns",
                 "Die Frau hilft der Nachbarin.",
                 {"Die Frau hilft der Nachbarin."},
                 {"Die Nachbarin hilft der Frau."}},
        HoldCase{"de_perfect",
                 "Klara hat Bruno besucht.",
                 {"Klara hat Bruno besucht.", "Klara besuchte Bruno."},
                 {"Bruno hat Klara besucht.", "Bruno besuchte Klara."}},
        HoldCase{"de_perfect_object_first",
                 "Der Richter hat den Maler verklagt.",
                 {"Den Maler hat der Richter verklagt."},
                 {"Den Richter hat der Maler verklagt.", "Der Maler hat den Richter verklagt."}},
        HoldCase{"de_clause_behind",
                 "Klara hat Bruno besucht, als es schneite.",
                 {"Klara hat Bruno besucht."},
                 {"Bruno hat Klara besucht."}},
        HoldCase{"de_modal", "Klara kann Bruno hören.", {"Klara kann Bruno hören."}, {"Bruno kann Klara hören."}},
        HoldCase{"de_future",
                 "Der Arzt wird die Sängerin besuchen.",
                 {"Der Arzt wird die Sängerin besuchen.", "Die Sängerin wird von dem Arzt besucht."},
                 {"Die Sängerin wird den Arzt besuchen.", "Der Arzt wird von der Sängerin besucht."}},
        HoldCase{"fr_perfect",
                 "Claire a trompé Bruno dans le jardin.",
                 {"Bruno a été trompé par Claire dans le jardin."},
                 {"Bruno a trompé Claire dans le jardin.", "Claire a été trompée par Bruno dans le jardin."}}),
    by_name);

TEST(FindQuantities, ReadsWordsOfNumbersAsOne) {
    const auto values = [](std::string_view text, std::string_view language) {
        std::vector<double> all;
        for (const Quantity& quantity : find_quantities(text, language)) all.push_back(quantity.value);
        return all;
    };
    EXPECT_THAT(values("twelve, two hundred and five, a thousand, three million", "en"),
                ElementsAre(12, 205, 1000, 3e6));
    EXPECT_THAT(values("twenty-four–ten, (forty-three—1048)", "en"), ElementsAre(24, 10, 43, 1048));
    EXPECT_THAT(values("one of them, a few, once", "en"), IsEmpty());
    EXPECT_THAT(values("between five and twenty, two three", "en"), ElementsAre(5, 20, 2, 3));
    EXPECT_THAT(values("zweitausenddreihundertvierzehn, hundert und elf, zwischen fünf und zwanzig", "de"),
                ElementsAre(2314, 100, 11, 5, 20));
    EXPECT_THAT(values("soixante et onze, deux cent quatre-vingts, vingt et un", "fr"), ElementsAre(71, 280, 21));
    EXPECT_THAT(values("mil doscientos treinta y uno", "es"), ElementsAre(1231));
    EXPECT_THAT(values("两千零五, 三万五千, 十分好, 一个, 千万别", "zh"), ElementsAre(2005, 35000));
}

TEST(FindQuantities, TakesWhatLooksLikeADateOnlyIfItIsOne) {
    const auto dates = [](std::string_view text) {
        std::vector<std::string> all;
        for (const Quantity& quantity : find_quantities(text)) {
            if (quantity.kind == Quantity::Kind::date) all.push_back(quantity.shown);
        }
        return all;
    };
    EXPECT_THAT(dates("0000-00-00 2019-13-01 1.2.2019.4 12.34.5678 31/31/2019 2019-3 v1.2.2019"), IsEmpty());
    EXPECT_THAT(dates("99999999999999999999 March"), IsEmpty());
    EXPECT_THAT(dates("2019-03-03T10:00 3 March, 1999"), ElementsAre("2019-03-03", "3 March, 1999"));
    EXPECT_THAT(dates("In May 20,000 people came in June 1.5 times"), ElementsAre("May", "June"));
}

/// In time that grows with the square of the text, these would take minutes.
TEST(SupportScorer, LongTextsWithoutStopsEnd) {
    std::string amounts, months, numerals, words = "5 times ";
    for (int i = 0; i < 800; ++i) {
        words += {static_cast<char>('b' + i % 17), 'i', static_cast<char>('b' + i / 17 % 19), 'o', ' '};
        amounts += "5 requests a minute a ";
        months += "99 May hundred and ";
        numerals += "二十1百";
    }
    for (const std::string& text : {amounts, months, numerals, words}) {
        const std::vector<Quantity> quantities = find_quantities(text);
        EXPECT_FALSE(quantities.empty());
        static_cast<void>(find_rates(text, quantities));
        const Cancellation never;
        const std::string_view source = text;
        const std::string statement = text.substr(0, 20000) + "again";  // of the source, but not word for word
        static_cast<void>(SupportScorer().score(statement, std::span(&source, 1), never));
    }
}

}  // namespace
}  // namespace quarry::answer
