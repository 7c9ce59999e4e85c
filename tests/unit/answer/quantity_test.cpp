// Numbers, amounts and dates as texts have them, and who does what where the order of words does not tell it.
#include "core/answer/quantity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/answer/support.h"

namespace quarry::answer {
namespace {

struct ReadCase {
    const char* name;
    const char* language;
    const char* text;
    std::vector<std::string> quantities;  // each as shown, "=" and its value; of a date: year-month-day
};
class Quantities : public ::testing::TestWithParam<ReadCase> {};

std::string as_text(const Quantity& quantity) {
    const std::string shown = quantity.shown + '=';
    if (quantity.kind == Quantity::Kind::number) {
        return shown + (quantity.value > 0 ? std::to_string(static_cast<long>(quantity.value)) : quantity.number);
    }
    const Date& date = quantity.date;
    return shown + std::to_string(date.year) + '-' + std::to_string(date.month) + '-' + std::to_string(date.day);
}

TEST_P(Quantities, AreRead) {
    std::vector<std::string> found;
    for (const Quantity& quantity : find_quantities(GetParam().text, GetParam().language)) {
        found.push_back(as_text(quantity));
    }
    EXPECT_EQ(found, GetParam().quantities);
}

const auto case_name = [](const auto& row) { return std::string(row.param.name); };

INSTANTIATE_TEST_SUITE_P(
    Words, Quantities,
    ::testing::Values(
        ReadCase{"en_an_article_is_no_part",
                 "en",
                 "fifty an hour, twenty a day, a hundred, two hundred and a half",
                 {"fifty=50", "an hour=1", "twenty=20", "a day=1", "a hundred=100", "two hundred=200"}},
        ReadCase{"en_hyphens_join_first",
                 "en",
                 "twenty one-way streets, twenty five-year plans, twenty-one-way",
                 {"twenty=20", "twenty=20", "five-year=5", "twenty-one=21"}},
        ReadCase{"de_is_one_word",
                 "de",
                 "zwanzig eine, zwei Millionen dreihunderttausend",
                 {"zwanzig=20", "zwei Millionen dreihunderttausend=2300000"}},
        ReadCase{"fr_an_article_is_no_part",
                 "fr",
                 "vingt un, vingt et un, quatre-vingt-un",
                 {"vingt=20", "vingt et un=21", "quatre-vingt-un=81"}},
        ReadCase{"en_two_numbers",
                 "en",
                 "two hundred and three hundred, one thousand and two thousand, ten and a hundred",
                 {"two hundred=200", "three hundred=300", "one thousand=1000", "two thousand=2000", "ten=10",
                  "a hundred=100"}},
        ReadCase{"en_and_within_one",
                 "en",
                 "two hundred and fifty thousand, one thousand and three",
                 {"two hundred and fifty thousand=250000", "one thousand and three=1003"}},
        ReadCase{"fr_two_numbers",
                 "fr",
                 "deux cents et trois cents, vingt et cent, soixante et quatre-vingts",
                 {"deux cents=200", "trois cents=300", "vingt=20", "cent=100", "soixante=60", "quatre-vingts=80"}},
        ReadCase{"es_two_numbers",
                 "es",
                 "mil y dos mil, cien y doscientos, treinta y cinco",
                 {"mil=1000", "dos mil=2000", "cien=100", "doscientos=200", "treinta y cinco=35"}},
        ReadCase{"en_ordinals",
                 "en",
                 "the twenty-first page, the ninety-fifth, two hundred first pages",
                 {"twenty-first=21", "ninety-fifth=95", "two hundred=200", "first=1"}},
        ReadCase{"en_ordinals_that_are_units",
                 "en",
                 "the twenty-second page, twenty seconds, the twenty-second of May",
                 {"twenty-second=22", "twenty seconds=20", "twenty-second of May=0-5-22"}},
        ReadCase{"de_ordinals",
                 "de",
                 "der fünfundzwanzigste Band, im siebzehnten Saal, am zweiundzwanzigsten Mai 2019, zum zweiten Mal, "
                 "zu Hunderten",
                 {"fünfundzwanzigste=25", "siebzehnten=17", "zweiundzwanzigsten Mai 2019=2019-5-22", "zweiten=2"}},
        ReadCase{"fr_ordinals",
                 "fr",
                 "le dix-septième, vingt et unième, soixante-dix-sept, dix-huit",
                 {"dix-septième=17", "vingt et unième=21", "soixante-dix-sept=77", "dix-huit=18"}},
        ReadCase{"ru_ordinals_and_cases",
                 "ru",
                 "двадцать первом, сорока пяти, ста двадцати, двухсот",
                 {"двадцать первом=21", "сорока пяти=45", "ста двадцати=120", "двухсот=200"}},
        ReadCase{"a_second_is_an_ordinal", "en", "a second attempt, wait a second", {"a second=1"}},
        ReadCase{"une_seconde", "fr", "une seconde tentative, une seconde", {"une seconde=1"}}),
    case_name);

INSTANTIATE_TEST_SUITE_P(
    Figures, Quantities,
    ::testing::Values(ReadCase{"groups_of_three",
                               "en",
                               "1 500 000 and 1,500,000 and 1.500.000 and 12 345 678 people",
                               {"1 500 000=1500000", "1,500,000=1500000", "1.500.000=1500000", "12 345 678=12345678"}},
                      ReadCase{"decimals_behind_groups",
                               "de",
                               "1.500,5 und 1.234.567,25 und 1,5 Millionen",
                               {"1.500,5=1500", "1.234.567,25=1234567", "1,5 Millionen=1500000"}},
                      ReadCase{"a_sign_of_one_amount",
                               "en",
                               "100 € 2019, $100 2019, 5 $10 notes, 100€, 20 people, 5 EUR 7 people, US$ 5",
                               {"100 €=100", "2019=2019", "$100=100", "2019=2019", "5=5", "$10=10", "100€=100", "20=20",
                                "5 EUR=5", "7=7", "US$ 5=5"}},
                      ReadCase{"versions_are_one",
                               "en",
                               "v1.2.3, V1.2.3rc1, v10.4. Then v2 and v2x, utf8, version 3.10, Version 1.2.3-rc1",
                               {"v1.2.3=1.2.3", "V1.2.3=1.2.3", "v10.4=10", "v2=2", "3.10=3", "1.2.3=1.2.3"}},
                      ReadCase{"no_groups",
                               "en",
                               "1.2.3 and 1 5000 and 10.100.20 and 1:20.000",
                               {"1.2.3=1.2.3", "1=1", "5000=5000", "10.100.20=10.100.20", "1:20.000=1:20.000"}}),
    case_name);

INSTANTIATE_TEST_SUITE_P(
    Dates, Quantities,
    ::testing::Values(
        ReadCase{"en_days_before_the_month",
                 "en",
                 "3 to 5 March 2019; 3, 4 and 5 May; 3rd and 4th of May 2019; 3rd–5th May; in group 3, 5 May 2019",
                 {"3=2019-3-3", "5 March 2019=2019-3-5", "3=0-5-3", "4=0-5-4", "5 May=0-5-5", "3rd=2019-5-3",
                  "4th of May 2019=2019-5-4", "3rd=0-5-3", "5th May=0-5-5", "3=3", "5 May 2019=2019-5-5"}},
        ReadCase{"en_days_behind_the_month",
                 "en",
                 "March 3–5, 2019; May 3, 4, and 5; May 3 to May 5; March 3 and April 5, 2019; May 3, 12 people; "
                 "May 3 to 5 km; May 3, 2019 and 5 others",
                 {"March 3=2019-3-3", "5, 2019=2019-3-5", "May 3=0-5-3", "4=0-5-4", "5=0-5-5", "May 3=0-5-3",
                  "May 5=0-5-5", "March 3=0-3-3", "April 5, 2019=2019-4-5", "May 3=0-5-3", "12=12", "May 3=0-5-3",
                  "5 km=5", "May 3, 2019=2019-5-3", "5=5"}},
        ReadCase{"de_days",
                 "de",
                 "vom 3. bis 5. März 2019; am 3. und 4. Mai; am 3./4. Mai; vom 3. bis 5.3.2019",
                 {"3.=2019-3-3", "5. März 2019=2019-3-5", "3.=0-5-3", "4. Mai=0-5-4", "3.=0-5-3", "4. Mai=0-5-4",
                  "3.=2019-3-3", "5.3.2019=2019-3-5"}},
        ReadCase{"fr_days",
                 "fr",
                 "du 3 au 5 mai 2019, les 1er et 2 mai, le vingt-trois mai 2019",
                 {"3=2019-5-3", "5 mai 2019=2019-5-5", "1er=0-5-1", "2 mai=0-5-2", "vingt-trois mai 2019=2019-5-23"}},
        ReadCase{"ru_days",
                 "ru",
                 "с 3 по 5 мая 2019; 3 и 4 мая",
                 {"3=2019-5-3", "5 мая 2019=2019-5-5", "3=0-5-3", "4 мая=0-5-4"}},
        ReadCase{"zh_days",
                 "zh",
                 "2019年5月3日至5日，5月3日、4日和5日",
                 {"2019年5月3日=2019-5-3", "5日=2019-5-5", "5月3日=0-5-3", "4日=0-5-4", "5日=0-5-5"}},
        ReadCase{"ja_days", "ja", "5月3日から5日まで", {"5月3日=0-5-3", "5日=0-5-5"}},
        ReadCase{"two_parts",
                 "de",
                 "2019-05 und 2019-20 und 2004-05, am 24.12. geschlossen, Version 24.10. Dann, 2019-05-03",
                 {"2019-05=2019-5-0", "2019=2019", "20=20", "2004=2004", "05=5", "24.12.=0-12-24", "24.10=24",
                  "2019-05-03=2019-5-3"}},
        ReadCase{"ru_ordinal", "ru", "3-го мая 2019", {"3-го мая 2019=2019-5-3"}},
        ReadCase{"times_in_minutes",
                 "en",
                 "14:30, 2:30 pm, 2:30 p.m, 9 am, 12 am, 09:00, 9 o'clock, 2019-03-03T10:30:00Z, 25:10, 2:1, 12:30:45",
                 {"14:30=870", "2:30 pm=870", "2:30 p.m=870", "9 am=540", "12 am=0:00", "09:00=540", "9 o'clock=540",
                  "2019-03-03=2019-3-3", "10:30:00=630", "25:10=25:10", "2:1=2:1", "12:30:45=12:30:45"}},
        ReadCase{"fr_times",
                 "fr",
                 "14h30, 14 h 30, 14 h, 5 h 20 min",
                 {"14h30=870", "14 h 30=870", "14 h=14", "5 h=5", "20 min=20"}},
        ReadCase{"de_times", "de", "10 Uhr, 10:00 Uhr, 10 Uhr 30", {"10 Uhr=600", "10:00 Uhr=600", "10 Uhr 30=630"}},
        ReadCase{"day_in_words", "en", "the twenty-third of May 2019", {"twenty-third of May 2019=2019-5-23"}},
        ReadCase{"months_alone",
                 "en",
                 "July was hot, every March, written by Jan, Jan wrote",
                 {"July=0-7-0", "March=0-3-0", "Jan=0-1-0", "=0-1-0"}},
        ReadCase{"de_months_alone", "de", "Ende Juli, der August kam", {"Juli=0-7-0", "=0-8-0"}}),
    case_name);

TEST(MatchQuantity, ANameThatMayBeAMonthBearsItOutAndAsksForNothing) {
    const std::vector<Quantity> certain = find_quantities("written by Jan"), perhaps = find_quantities("Jan wrote"),
                                other = find_quantities("June wrote");
    EXPECT_EQ(match_quantity(certain[0], perhaps), QuantityMatch::same);
    EXPECT_EQ(match_quantity(certain[0], other), QuantityMatch::none);
    EXPECT_EQ(match_quantity(perhaps[0], other), QuantityMatch::same);
}

TEST(FindQuantities, AsksForNoNumberThatMayBeAnotherWord) {
    const auto certain = [](std::string_view text, std::string_view language) {
        std::vector<std::string> all;
        for (const Quantity& quantity : find_quantities(text, language)) {
            if (!quantity.is_perhaps()) all.push_back(as_text(quantity));
        }
        return all;
    };
    using List = std::vector<std::string>;
    EXPECT_EQ(certain("Elf Spieler; nur elf Spieler, die sieben Tage, um sieben (Zwölf Tage)", "de"),
              (List{"Elf=11", "elf=11", "sieben Tage=7", "sieben=7", "Zwölf Tage=12"}));
    EXPECT_EQ(
        certain("Die Elf gewann, das Mehl sieben und rühren, sie sieben das Mehl, um es zu sieben, außer Acht", "de"),
        List{});
    EXPECT_EQ(certain("neuf vélos, il en a neuf, les neuf pages, cinq cent neuf", "fr"),
              (List{"neuf=9", "neuf=9", "neuf=9", "cinq cent neuf=509"}));
    EXPECT_EQ(certain("un vélo neuf, un livre neuf pour la classe", "fr"), List{});
    EXPECT_EQ(match_quantity(find_quantities("11 Spieler")[0], find_quantities("Die Elf gewann", "de")),
              QuantityMatch::same);
    EXPECT_EQ(match_quantity(find_quantities("a twenty-second break")[0], find_quantities("20 seconds")),
              QuantityMatch::same);
    EXPECT_EQ(match_quantity(find_quantities("the twenty-second page")[0], find_quantities("22")), QuantityMatch::same);
}

TEST(MatchQuantity, KnowsVersions) {
    const auto match = [](std::string_view statement, std::string_view source) {
        return match_quantity(find_quantities(statement).at(0), find_quantities(source));
    };
    for (const auto& [statement, source] : std::vector<std::pair<const char*, const char*>>{{"v1.2.3", "v1.2.3"},
                                                                                            {"v1.2.3", "version 1.2.3"},
                                                                                            {"version 1.2.3", "v1.2.3"},
                                                                                            {"v2.0", "v2"},
                                                                                            {"version 2", "2.0"},
                                                                                            {"Python 3.10", "v3.10"},
                                                                                            {"version two", "v2.0"}}) {
        EXPECT_EQ(match(statement, source), QuantityMatch::same) << statement;
    }
    for (const auto& [statement, source] : std::vector<std::pair<const char*, const char*>>{
             {"v1.2.3", "v1.2.4"}, {"v1.2.3", "2.3"}, {"version 1.10", "version 1.1"}, {"v2.1", "v2"}}) {
        EXPECT_EQ(match(statement, source), QuantityMatch::none) << statement;
    }
}

TEST(MatchQuantity, KnowsTheHalfOfTheDay) {
    const auto match = [](std::string_view statement, std::string_view source) {
        return match_quantity(find_quantities(statement)[0], find_quantities(source));
    };
    EXPECT_EQ(match("2:30 am", "2:30 pm"), QuantityMatch::none);
    EXPECT_EQ(match("2:30 pm", "14:30"), QuantityMatch::same);
    EXPECT_EQ(match("2:30", "14:30"), QuantityMatch::same);
    EXPECT_EQ(match("9:00", "at 9 am"), QuantityMatch::same);
    EXPECT_EQ(match("9:00", "540"), QuantityMatch::none);
    EXPECT_EQ(match("7 pm", "1140"), QuantityMatch::none);
}

struct OrderCase {
    const char* name;
    const char* source;
    std::vector<const char*> right;
    std::vector<const char*> wrong;
};
class Orders : public ::testing::TestWithParam<OrderCase> {};

TEST_P(Orders, AreNoReasonWhereTheyTellNothing) {
    const Cancellation never;
    SupportScorer scorer;
    const std::string_view source = GetParam().source;
    const auto holds = [&](const char* statement) {
        return scorer.score(statement, std::span(&source, 1), never).whole;
    };
    for (const char* const statement : GetParam().right) EXPECT_TRUE(holds(statement)) << statement;
    for (const char* const statement : GetParam().wrong) EXPECT_FALSE(holds(statement)) << statement;
}

INSTANTIATE_TEST_SUITE_P(Languages, Orders,
                         ::testing::Values(OrderCase{"de_adverb_first",
                                                     "Regelmäßig kauft die Firma neue Autos in Bremen.",
                                                     {"Die Firma kauft regelmäßig neue Autos in Bremen."},
                                                     {}},
                                           OrderCase{"de_no_adverb",
                                                     "Siemens kaufte gestern die Firma Bosch in Bremen.",
                                                     {"Gestern kaufte Siemens die Firma Bosch in Bremen."},
                                                     {"Die Firma Bosch kaufte gestern Siemens in Bremen."}},
                                           OrderCase{"de_time_in_the_accusative",
                                                     "Siemens kaufte die Firma einen Monat später.",
                                                     {"Einen Monat später kaufte Siemens die Firma."},
                                                     {}},
                                           OrderCase{"es_adverb_first",
                                                     "Ayer compró el hospital un coche rojo en la ciudad de Lima.",
                                                     {"El hospital compró ayer un coche rojo en la ciudad de Lima."},
                                                     {}},
                                           OrderCase{"nl_adverb_first",
                                                     "Gisteren kocht Anna een rode auto in Delft van haar broer.",
                                                     {"Anna kocht gisteren een rode auto in Delft van haar broer."},
                                                     {}},
                                           OrderCase{"de_dative_that_looks_like_the_subject",
                                                     "Der Arzt half der Patientin am Abend.",
                                                     {"Der Patientin half der Arzt am Abend."},
                                                     {}},
                                           OrderCase{"de_dative_of_a_feminine_noun",
                                                     "Die Katze folgt dem Kater in den Garten.",
                                                     {},
                                                     {"Der Kater folgt der Katze in den Garten."}},
                                           OrderCase{"fr_object_relative",
                                                     "Le parlement adopta les lois, qui furent abolies.",
                                                     {"Les lois qu’adopta le parlement furent abolies."},
                                                     {}}),
                         case_name);

}  // namespace
}  // namespace quarry::answer
