// Numbers, amounts and dates as texts have them.
#include "core/answer/quantity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

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
    ::testing::Values(ReadCase{"en_an_article_is_no_part",
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
                               {"two hundred=200", "three hundred=300", "one thousand=1000", "two thousand=2000",
                                "ten=10", "a hundred=100"}},
                      ReadCase{"en_and_within_one",
                               "en",
                               "two hundred and fifty thousand, one thousand and three",
                               {"two hundred and fifty thousand=250000", "one thousand and three=1003"}},
                      ReadCase{"fr_two_numbers",
                               "fr",
                               "deux cents et trois cents, vingt et cent, soixante et quatre-vingts",
                               {"deux cents=200", "trois cents=300", "vingt=20", "cent=100", "soixante=60",
                                "quatre-vingts=80"}},
                      ReadCase{"es_two_numbers",
                               "es",
                               "mil y dos mil, cien y doscientos, treinta y cinco",
                               {"mil=1000", "dos mil=2000", "cien=100", "doscientos=200", "treinta y cinco=35"}},
                      ReadCase{"en_ordinals",
                               "en",
                               "the twenty-first page, the ninety-fifth, two hundred first pages",
                               {"twenty-first=21", "ninety-fifth=95", "two hundred=200"}},
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
                      ReadCase{"no_groups",
                               "en",
                               "1.2.3 and 1 5000 and 10.100.20 and 1:20.000",
                               {"1.2.3=1.2.3", "1=1", "5000=5000", "10.100.20=10.100.20", "1:20.000=1:20.000"}}),
    case_name);

}  // namespace
}  // namespace quarry::answer
