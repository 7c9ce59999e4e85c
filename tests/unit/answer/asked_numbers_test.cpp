#include "core/answer/asked_numbers.h"

#include <gtest/gtest.h>

namespace quarry::answer {
namespace {

TEST(AskedNumbers, AreThoseThatNameSomething) {
    for (const char* question :
         {"when was version 2.5 released", "what does error 404 mean", "is v1.0 out", "raum 12?"}) {
        EXPECT_FALSE(AskedNumbers(question, "en").empty()) << question;
    }
    for (const char* question : {"how do i store 2.5 GB", "can i lend it for 3 days", "what was built in 1987", "80 %",
                                 "what happened on 4.3.2024", "how many are 1,000", "which log", ""}) {
        EXPECT_TRUE(AskedNumbers(question, "en").empty()) << question;
    }
}

TEST(AskedNumbers, AreFoundAsTheyAre) {
    const AskedNumbers version("When was Version 2.5 released?", "en");
    for (const char* text : {"version 2.5", "It is 2.5.", "v2.5 is old", "| 2.5 | May |", "(2.5)"}) {
        EXPECT_TRUE(version.are_in(text)) << text;
        EXPECT_FALSE(version.has_other_version(text)) << text;
    }
    for (const char* text : {"version 2.5.1", "12.5", "2.50", "25", "2,5"}) EXPECT_FALSE(version.are_in(text)) << text;
    EXPECT_TRUE(version.has_other_version("3.2 came first"));
    EXPECT_FALSE(version.has_other_version("it takes 1.5 GB, since 4.3.2024")) << "an amount, a date";
    EXPECT_TRUE(version.has_other_behind_word("version 3"));
    EXPECT_FALSE(version.has_other_behind_word("version 2.5 of 3 readers"));
    EXPECT_TRUE(version.are_in("v2.5.0"));
    const AskedNumbers line("Where does line 8 run?", "en");
    for (const char* text : {"Line 8 runs to the zoo.", "| 8 | zoo |", "8 is to the zoo"}) {
        EXPECT_TRUE(line.are_in(text)) << text;
    }
    for (const char* text : {"The town has 8 schools.", "line 5, 7 and 9"}) EXPECT_FALSE(line.are_in(text)) << text;
    EXPECT_TRUE(AskedNumbers("what is error 404", "en").has_other_behind_word("error 500 is rare"));
}

TEST(AskedNumbers, YearsAreNotOthers) {
    const AskedNumbers year("What was the fee in 2022?", "en");
    EXPECT_TRUE(year.is_of_other_year("In 2023 the fee was 40 euros."));
    for (const char* text : {"In 2022 it was 40, in 2023 50.", "The fee is 40 euros.", "It was 2000 euros."}) {
        EXPECT_FALSE(year.is_of_other_year(text)) << text;
    }
    EXPECT_FALSE(AskedNumbers("What was the fee?", "en").is_of_other_year("In 2023 it was 40."));
}

}  // namespace
}  // namespace quarry::answer
