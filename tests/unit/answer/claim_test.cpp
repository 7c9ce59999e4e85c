// How texts are cut into clauses, and what denials, bounds and comparisons in them say.
#include "core/answer/claim.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "core/answer/support.h"

namespace quarry::answer {
namespace {

using ::testing::Eq;

/// What is wrong with a statement; empty for one that its source bears out.
std::string fault(std::string_view statement, std::string_view source) {
    const Cancellation never;
    const Support support = SupportScorer().score(statement, std::span(&source, 1), never);
    return support.whole ? "" : ::testing::PrintToString(support.problems);
}

struct Pair {
    const char* statement;
    const char* source;
};

void expect_right(const std::vector<Pair>& pairs) {
    for (const auto& [statement, source] : pairs) EXPECT_THAT(fault(statement, source), Eq("")) << statement;
}

void expect_wrong(const std::vector<Pair>& pairs) {
    for (const auto& [statement, source] : pairs) EXPECT_THAT(fault(statement, source), ::testing::Ne("")) << statement;
}

TEST(Claims, GoOnOverLineEnds) {
    expect_right({
        {"Bags must weigh no more than 23 kg.", "Bags must weigh no\nmore than 23 kg."},
        {"The second run repeats nothing of the first.", "The second run repeats\nnothing of the first."},
        {"Murió el 5 de octubre de 1932 en Madrid.", "Murió el 5\nde octubre de 1932 en Madrid."},
        {"The release of 3 March 2019 is stable.", "The release of 3\nMarch 2019 is stable."},
        {"The house has one thousand two hundred rooms.", "The house has one thousand\ntwo hundred rooms."},
        {"Die Messe beginnt am 3. März 2019 in Bonn.", "Die Messe beginnt am\n3. März 2019 in Bonn."},
        {"The lift takes no more than 5 people.", "> The lift takes no\n> more than 5 people."},
    });
}

TEST(Claims, EndWithEntriesAndRows) {
    expect_right({
        {"A file is stored in the base.", "- Nothing is lost\n- A file is stored in the base"},
        {"A file is stored in the base.", "1. Nothing is lost\n2. A file is stored in the base"},
        {"A file is stored in the base.", "# Nothing is lost\nA file is stored in the base."},
        {"A file is stored in the base.", "Nothing is lost\n\nA file is stored in the base."},
        {"The index is rebuilt at night.", "| the index is not found | the index is rebuilt at night |"},
        {"The index is rebuilt at night.", "| not known | the index is rebuilt at night |"},
        {"The index is rebuilt at night.", "| the index is rebuilt at night | none |"},
    });
    expect_wrong({{"The first box holds 5300 pens.", "The first box holds 5\n300 pens are in the second."}});
}

TEST(Claims, EndWithMarksBehindFullStops) {
    for (const char* const source :
         {"(Nothing is lost.) A file is stored in the base.", "Nothing is lost.[1] A file is stored in the base.",
          "Nothing is lost… A file is stored in the base.", "**Nothing is lost.** A file is stored in the base.",
          "“Nothing is lost.” A file is stored in the base.", "Nothing is lost.[12][3] A file is stored in the base."}) {
        expect_right({{"A file is stored in the base.", source}, {source, source}});
    }
    expect_wrong({{"A file is lost in the base.", "(No file is lost.) A file is stored in the base."},
                  {"Files (logs etc.) are kept in the base.", "Files (logs etc.) are never kept in the base."}});
}

TEST(Support, IsWholeForASentenceOfTheSource) {
    for (const char* const sentence :
         {"Without a key, 5 requests are open, and with a key 50 are not closed.", "Nothing is lost: no file is open.",
          "Er arbeitete lange als Lehrer in Bonn, und nicht in Ulm."}) {
        const std::string source = "A file is stored. " + std::string(sentence) + " No key is needed.";
        EXPECT_THAT(fault(sentence, source), Eq(""));
    }
    expect_wrong({{"No key is needed for 5 km.", "No key is needed for 5 miles."},
                  {"Users get 5 requests.", "Without a key, users get 5 requests."}});
}

TEST(Bounds, AreTurnedByADenialOfTheirOwn) {
    expect_right({
        {"Without a key, users get up to 5 requests per minute.",
         "Users without a key get at most 5 requests per minute."},
        {"A user without a key gets 5 requests.", "Users without a key get more than 5 requests."},
        {"The job that never fails takes 5 hours at most.", "The job that never fails takes up to 5 hours."},
        {"No key is needed for up to 5 requests.", "For up to 5 requests, no key is needed."},
        {"Kunden ohne Konto dürfen höchstens 5 Anfragen stellen.",
         "Kunden ohne Konto dürfen bis zu 5 Anfragen stellen."},
        {"Un client sans compte envoie au plus 5 lettres.",
         "Au plus 5 lettres sont envoyées par un client sans compte."},
        {"Не более 5 человек помещается в лифт.", "В лифт помещается не более 5 человек."},
        {"В лифт помещается до 5 человек.", "Не более 5 человек помещается в лифт."},
        {"La valise ne dépasse pas 20 kg selon le règlement.", "La valise pèse au plus 20 kg selon le règlement."},
        {"La maleta no supera los 20 kg según el reglamento.", "La maleta pesa como máximo 20 kg según el reglamento."},
        {"Das Gewicht des Koffers überschreitet 20 kg nicht.", "Das Gewicht des Koffers beträgt höchstens 20 kg."},
        {"The weight of 30 kg must not be exceeded by the case.", "The case has a weight of at most 30 kg."},
        {"The answer comes within at most 5 days.", "The answer comes no later than 5 days."},
        {"A user may upload up to 10 files.", "No user may upload more than 10 files."},
    });
    expect_wrong({
        {"Без ключа сервер принимает запросы.", "С ключом сервер принимает запросы."},
        {"Свыше 5 человек помещается в лифт.", "В лифт помещается до 5 человек."},
        {"The weight of the case exceeds 30 kg.", "The weight of 30 kg must not be exceeded by the case."},
        {"La valise dépasse 20 kg selon le règlement.", "La valise pèse au plus 20 kg selon le règlement."},
        {"A user may upload at least 10 files.", "No user may upload more than 10 files."},
    });
}

TEST(Bounds, HoldFromTheirOtherSide) {
    expect_right({
        {"Files of up to 10 MB are accepted by the server.",
         "The server accepts files, but files larger than 10 MB are rejected."},
        {"A password must have at least 8 characters.", "A password shorter than 8 characters is refused."},
        {"Packages of up to 30 kg are shipped by the company.",
         "The company ships packages; packages over 30 kg are not shipped."},
        {"Kinder müssen mindestens 6 Jahre alt sein.", "Kinder unter 6 Jahren dürfen nicht mitfahren."},
    });
    expect_wrong({
        {"Packages of up to 30 kg are shipped by the company.",
         "The company ships packages; packages over 30 kg are shipped."},
        {"Files of up to 10 MB are accepted by the server.", "The server accepts files larger than 10 MB."},
        {"Packages over 30 kg are shipped by the company.",
         "The company ships packages; packages over 30 kg are not shipped."},
    });
}

TEST(Bounds, AreNotReadIntoOtherSenses) {
    expect_right({
        {"The tank holds at most 30 litres.", "<td>The tank holds</td><td>30 litres</td>"},
        {"At most 5 people fit into the lift.", "The lift -> 5 people fit."},
        {"The client tries it at most 30 seconds.", "The client tries it 5 times over 30 seconds."},
        {"Налог вырос и составил не менее 5 %.", "Налог вырос до 5 % и составил 5 %."},
        {"The call took at most 5 minutes 30 seconds.", "The call took 5 min 30 s."},
    });
    expect_wrong({
        {"The tank holds at most 30 litres.", "The tank holds > 30 litres."},
        {"The lift takes not more than 5 people.", "The lift takes 5 people or more."},
        {"The lift takes at least 5 people.", "The lift takes 5 or lower."},
        {"密码至少为8个字符。", "密码最多可以为8个字符。"},
        {"パスワードは8文字以上です。", "パスワードは8文字以下です。"},
    });
}

}  // namespace
}  // namespace quarry::answer
