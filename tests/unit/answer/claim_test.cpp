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
        {"每个用户最多可以上传5个文件。", "每个用户上传不得多于5个文件。"},
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

TEST(Comparisons, ExcuseOnlyWhatTheyCompareBy) {
    expect_right(
        {{"Rust is faster than Go at opening small files.", "Go is slower than Rust at opening small files."}});
    expect_wrong(
        {{"Rust is faster than Go at closing large files.", "Rust is faster than Go at opening small files."},
         {"Rust is faster than Go at closing large files.", "Go is slower than Rust at opening small files."}});
}

TEST(Comparisons, HoldWhenDeniedTheOtherWayRound) {
    expect_right({
        {"No city is larger than Tokyo.", "Tokyo is larger than any other city."},
        {"The old engine is not faster than the new.", "The new engine is faster than the old."},
        {"Kein Berg im Kaukasus ist höher als der Elbrus.", "Der Elbrus ist höher als jeder andere Berg im Kaukasus."},
    });
    expect_wrong({
        {"No city is smaller than Tokyo.", "Tokyo is larger than any other city."},
        {"The new engine is not faster than the old.", "The new engine is faster than the old."},
    });
}

TEST(Comparisons, EndBeforeWhatIsSaidOfTheOther) {
    expect_right({
        {"The Weser is shorter than the Elbe.", "The Elbe is longer than the Weser that joins the Elbe."},
        {"The Weser is shorter than the Elbe.", "The Elbe is longer than the Weser, which the Elbe feeds."},
    });
    expect_wrong({{"The Weser is longer than the Elbe.", "The Elbe is longer than the Weser that joins the Elbe."}});
}

TEST(Comparisons, HoldWhenEqualityIsDenied) {
    expect_right({
        {"The server is slower than expected.", "The server was not as fast as expected."},
        {"The server was not as fast as expected.", "The server is slower than expected."},
        {"The old bridge is shorter than the new bridge.", "The old bridge is not as long as the new one."},
        {"Der Zug war langsamer als der Bus.", "Der Zug war nicht so schnell wie der Bus."},
        {"Le train est plus lent que le bus.", "Le train n'est pas aussi rapide que le bus."},
        {"El tren es más lento que el autobús.", "El tren no es tan rápido como el autobús."},
    });
    expect_wrong({
        {"The server is faster than expected.", "The server was not as fast as expected."},
        {"The new bridge is shorter than the old bridge.", "The old bridge is not as long as the new one."},
        {"Der Bus war langsamer als der Zug.", "Der Zug war nicht so schnell wie der Bus."},
    });
}

TEST(Comparisons, AreReadFromWordsThatCompare) {
    expect_right({
        {"Er arbeitete in Bonn lange als Lehrer.", "Er arbeitete lange als Lehrer in Bonn und in Ulm."},
        {"Version 1.10 is newer than version 1.9.", "Version 1.9 is older than version 1.10."},
        {"More people live in Delhi than in Mumbai.", "Fewer people live in Mumbai than in Delhi."},
        {"Der Rhein ist länger als der Main.", "Der Main ist kürzer als der Rhein."},
        {"El tren sale antes que el autobús.", "El autobús sale después que el tren."},
        {"Le train est plus rapide que le bus.", "Le bus est plus lent que le train."},
    });
    expect_wrong({
        {"More people live in Mumbai than in Delhi.", "More people live in Delhi than in Mumbai."},
        {"Version 1.9 is newer than version 1.10.", "Version 1.9 is older than version 1.10."},
        {"Der Main ist länger als der Rhein.", "Der Main ist kürzer als der Rhein."},
    });
}

TEST(Claims, ReadAFirstWordAsOthersHaveIt) {
    expect_right({
        {"Kalt ist die Suppe im Topf.", "Die Suppe im Topf ist kalt."},
        {"Die Suppe im Topf ist kalt.", "Kalt ist die Suppe im Topf."},
        {"Arbeit macht der Mann in der Stadt.", "Der Mann in der Stadt macht Arbeit."},
        {"Kalt ist die Suppe im Topf.", "Kalt war die Suppe im Topf."},
    });
    expect_wrong({{"Kalt ist die Suppe im Topf.", "Die Suppe im Topf ist heiß."}});
}

TEST(Opposites, AreWholeWords) {
    expect_right({
        {"The export of data is needed.", "The important export of data is needed."},
        {"The option of the tool is new.", "The tool has a new option, which is required by the tool."},
        {"The important part of the data is here.", "The export of an important part of the data is here."},
    });
    EXPECT_THAT(fault("Important data is in the file.", "Data for export is in the file."),
                ::testing::Not(::testing::HasSubstr("opposite")));
    expect_wrong({{"The import of the data is done.", "The export of the data is done."}});
}

TEST(Opposites, AndOneDenialSayTheSame) {
    expect_right({
        {"The door of the shop is not open.", "The door of the shop is closed."},
        {"The door of the shop is closed.", "The door of the shop is not open."},
        {"The test of the server fails.", "The test of the server does not succeed."},
    });
    expect_wrong({
        {"The door of the shop is not closed.", "The door of the shop is not open."},
        {"The door of the shop is open.", "The door of the shop is closed."},
        {"The file was opened and not closed.", "The file was opened and then closed."},
        {"The file was opened and then closed.", "The file was opened and not closed."},
    });
}

TEST(Denials, AreOfTheSame) {
    expect_right({{"The engineers of the harbour rebuilt the lighthouse with granite from Norway.",
                   "The engineers found no cheap granite at the harbour. It came from Norway. They rebuilt it. The "
                   "lighthouse is new."}});
    expect_wrong({{"The engineers of the harbour rebuilt the old lighthouse after the storm.",
                   "The engineers of the harbour never rebuilt the old lighthouse after the storm."}});
}

TEST(Denials, OfAFewWordsAreTheirOwn) {
    expect_right({
        {"A file is stored in the base.", "Nothing is lost — a file is stored in the base."},
        {"A file is stored in the base.", "A file is stored in the base—nothing is lost."},
        {"A file is stored in the base.", "A file is stored in the base – nothing is lost."},
        {"A file is stored in the base.", "Nothing is lost, a file is stored in the base."},
        {"The bridge was built by engineers from Bonn.",
         "The bridge, which nobody uses, was built by engineers from Bonn."},
        {"The letter was written by the king.", "The letter was written by the king, but not by the queen."},
        {"The server stores the key.", "The server — not the client — stores the key."},
        {"Guests may not bring cats.", "Guests may bring dogs but not cats."},
        {"A user may upload up to 10 files.", "A user may upload up to 10 files, not more."},
        {"A user may upload up to 10 files and no more.", "A user may upload at most 10 files."},
        {"The Elbe is longer than the Weser.", "The Elbe is longer than the Weser, which is not in Saxony."},
        {"The command writes a file into the folder.",
         "The command writes a file into the folder, and starts nothing."},
        {"The option shows what is sent to the server.",
         "The option shows what is sent to the server, and sends nothing."},
        {"The migration is recorded as applied.", "The migration is recorded as applied and did nothing."},
        {"The model gets the reason and a second attempt.",
         "If it does not conform, the model gets the reason and a second attempt."},
        {"The property of being prime is called primality.",
         "The property of being prime (or not) is called primality."},
    });
    expect_wrong({
        {"The letter was written by the queen.", "The letter was written by the king, but not by the queen."},
        {"The client stores the key.", "The server — not the client — stores the key."},
        {"Guests may bring cats but not dogs.", "Guests may bring dogs but not cats."},
        {"The patient has a cough.", "The patient has no fever and no cough."},
        {"Miller was not, however, the first who drew it.", "Miller was, however, the first who drew it."},
    });
}

TEST(Denials, OfOnePartOfASentenceAreNotOfTheOther) {
    const char* const paint = "The paint is not red but blue.";
    const char* const service = "The service is not free, but easy to use.";
    const char* const farbe = "Die Farbe ist nicht rot, sondern blau.";
    const char* const treffen = "Das Treffen wurde nicht abgesagt, sondern verschoben.";
    const char* const reunion_fr = "La réunion n'a pas été annulée mais reportée.";
    const char* const reunion_es = "La reunión no fue cancelada sino aplazada.";
    const char* const meeting = "The meeting was not cancelled but postponed.";
    const char* const kraska = "Краска не красная, а синяя.";
    const char* const bridge = "The bridge was not built by the king but by the queen.";
    const char* const drug = "The drug, which has no side effects, is cheap.";
    const char* const dogs = "Dogs are allowed, cats are not.";
    const char* const hunde = "Hunde sind erlaubt, Katzen nicht.";
    expect_right({
        {"The paint is blue.", paint},
        {"The paint is not red.", paint},
        {"The service is easy to use.", service},
        {"The service is not free.", service},
        {"Die Farbe ist blau.", farbe},
        {"Das Treffen wurde verschoben.", treffen},
        {"Das Treffen wurde nicht abgesagt.", treffen},
        {"La réunion a été reportée.", reunion_fr},
        {"La reunión fue aplazada.", reunion_es},
        {"The meeting was postponed.", meeting},
        {"The meeting was not cancelled.", meeting},
        {"Краска синяя.", kraska},
        {"The bridge was built by the queen.", bridge},
        {"The drug is cheap.", drug},
        {"The drug has no side effects.", drug},
        {"Dogs are allowed.", dogs},
        {"Cats are not allowed.", dogs},
        {"Katzen sind nicht erlaubt.", hunde},
    });
    expect_wrong({
        {"The paint is not blue.", paint},
        {"The paint is red.", paint},
        {"The paint is not blue but red.", paint},
        {"The service is not easy to use.", service},
        {"The service is free.", service},
        {"Die Farbe ist nicht blau.", farbe},
        {"Das Treffen wurde nicht verschoben.", treffen},
        {"Das Treffen wurde abgesagt.", treffen},
        {"La réunion n'a pas été reportée.", reunion_fr},
        {"La réunion a été annulée.", reunion_fr},
        {"La reunión no fue aplazada.", reunion_es},
        {"La reunión fue cancelada.", reunion_es},
        {"The meeting was not postponed.", meeting},
        {"The meeting was cancelled.", meeting},
        {"Краска не синяя.", kraska},
        {"Краска красная.", kraska},
        {"The bridge was built by the king.", bridge},
        {"The bridge was not built by the queen.", bridge},
        {"The drug is not cheap.", drug},
        {"The drug has side effects.", drug},
        {"Dogs are not allowed.", dogs},
        {"Cats are allowed.", dogs},
        {"Hunde sind nicht erlaubt.", hunde},
    });
}

TEST(Denials, BehindASubordinatingWordAreOfThatPart) {
    expect_right({
        {"Smith discovered the error in the log.", "Smith discovered the error in the log that nobody had seen."},
        {"The bridge was built by engineers from Bonn.",
         "The bridge that did not collapse was built by engineers from Bonn."},
        {"The file is not deleted.", "The manual says that the file is not deleted."},
        {"The manual says that the file is not deleted.", "The file is not deleted, as the manual says."},
        {"The file is deleted when the server is not running.", "When the server is not running, the file is deleted."},
    });
    expect_wrong({
        {"The bridge collapsed.", "The bridge that did not collapse was built by engineers from Bonn."},
        {"The file is deleted.", "The manual says that the file is not deleted."},
        {"The file is deleted.", "The manual does not say that the file is deleted."},
    });
}

TEST(Denials, LieInExclusions) {
    expect_right({
        {"The logs are not deleted.", "Everything except the logs is deleted."},
        {"The caches are deleted.", "All caches except the logs are deleted."},
        {"The logs are deleted.", "No files except the logs are deleted."},
        {"Die Protokolle werden in der Nacht nicht gelöscht.",
         "Alle Dateien außer den Protokollen werden in der Nacht gelöscht."},
        {"The chair may not vote.", "Everyone but the chair may vote."},
        {"The cache is deleted.", "Apart from the log, the cache is deleted."},
        {"Except for the logs, all files are deleted.", "All files are deleted, except for the logs."},
        {"All files except the logs are deleted.", "Except for the logs, all files are deleted."},
    });
    expect_wrong({
        {"The logs are deleted.", "Everything except the logs is deleted."},
        {"The logs are deleted.", "All files apart from the logs are deleted."},
        {"The director may enter the vault.", "Everyone other than the director may enter the vault."},
        {"The chair may vote.", "Everyone but the chair may vote."},
        {"Die Protokolle werden gelöscht.", "Alle Dateien mit Ausnahme der Protokolle werden gelöscht."},
        {"Die Protokolle werden in der Nacht gelöscht.",
         "Alle Dateien außer den Protokollen werden in der Nacht gelöscht."},
    });
}

TEST(Denials, AreCounted) {
    expect_right({
        {"The patient has neither fever nor cough.", "The patient has no fever and no cough."},
        {"The patient has no fever and no cough.", "The patient has neither fever nor cough."},
        {"Nobody but the owner may open the file.", "Only the owner may open the file."},
        {"Only the owner may open the file.", "Nobody but the owner may open the file."},
        {"The bridge was praised for its height.", "The bridge was praised not just for its height but for its width."},
        {"Cats and dogs eat the meat.", "Not only cats but also dogs eat the meat."},
        {"The tool works offline, with no network.", "The tool works offline, without a network."},
        {"The tool works offline, without network.", "The tool works offline, with no network."},
        {"The king was the richest of all.", "The king was no doubt the richest of all."},
        {"The bridge, not least, is made of granite.", "The bridge is made of granite."},
        {"Тем не менее сервер принимает запросы от клиентов.", "Сервер принимает запросы от клиентов."},
        {"В лифт помещается не менее 5 человек.", "В лифт помещается минимум 5 человек."},
        {"The house at No. 5 is the oldest of the street.", "The oldest house of the street is at No. 5."},
        {"Сервер не принимал запросы от клиентов.", "Никогда сервер не принимал запросы от клиентов."},
        {"El servidor no acepta claves viejas.", "El servidor no acepta nunca claves viejas."},
    });
    expect_wrong({
        {"The patient has fever and cough.", "The patient has neither fever nor cough."},
        {"Никогда сервер не принимал запросы от клиентов.", "Сервер принимал запросы от клиентов."},
        {"It is not without danger to open the file.", "It is without danger to open the file."},
        {"El servidor acepta claves viejas.", "El servidor no acepta nunca claves viejas."},
    });
}

TEST(Denials, LieInWordsThatMeanMore) {
    expect_right({
        {"The board did not sign the contract.", "The board refused to sign the contract."},
        {"The board refused to sign the contract.", "The board refused to sign the contract in May."},
        {"The start of the pump failed.", "The pump failed to start."},
        {"The pump starts in the cold.", "The pump never fails to start in the cold."},
        {"The pump was unable to start.", "The pump failed to start."},
        {"Visitor numbers fell to 40,000 in 2020.", "Visitor numbers declined to 40,000 in 2020."},
        {"The airline cancelled 120 flights on Friday.",
         "The airline cancelled 120 flights on Friday after its pilots refused to work overtime."},
        {"It is false that the bridge was closed in 2019.", "It is not true that the bridge was closed in 2019."},
        {"The supervisor always restarts a crashed worker.", "The supervisor never fails to restart a crashed worker."},
        {"Le conseil a signé le contrat.", "Le conseil n'a pas refusé de signer le contrat."},
        {"When the server starts, the cache is loaded unless it is disabled.",
         "The cache is loaded when the server starts, unless it is disabled in the settings."},
        {"If the device is not unplugged, do not open the cover.",
         "Do not open the cover unless the device is unplugged."},
        {"The mayor denied that money had been stolen.",
         "The mayor resigned after he denied that money had been stolen."},
        {"The minister denied the sale of the data.", "The minister denied that he had sold the data."},
        {"The app works offline.", "The app works offline unless the licence has expired."},
        {"The app works offline unless the licence has expired.",
         "Unless the licence has expired, the app works offline."},
    });
    expect_wrong({
        {"The board signed the contract.", "The board refused to sign the contract."},
        {"The pump did not fail to start in the cold.", "The pump failed to start in the cold."},
        {"The minister had sold the data.", "The minister denied that he had sold the data."},
        {"The moon is made of cheese.", "It is false that the moon is made of cheese."},
        {"Le conseil signe le contrat.", "Le conseil refuse de signer le contrat."},
        {"Совет подписал договор.", "Совет отказался подписать договор."},
        {"The app works offline if the licence has expired.", "The app works offline unless the licence has expired."},
        {"The app works offline unless the licence is valid.", "The app works offline if the licence is valid."},
    });
}

TEST(Denials, OfAnObjectLeaveItsVerb) {
    expect_right({
        {"The index stores values.", "The index does not store keys but values."},
        {"The index does not store keys.", "The index does not store keys but values."},
        {"The valve opens.", "The valve does not close but opens."},
        {"The index asks for values.", "The index does not ask for keys but for values."},
        {"The app does not cost anything.", "The app does not cost anything but shows advertisements."},
        {"The log is deleted after 7 days.", "It records everything but deletes the log after 7 days."},
    });
    expect_wrong({{"The index stores keys.", "The index does not store keys but values."}});
}

TEST(Directions, AreNotTurned) {
    expect_right({
        {"Data is copied to the replica from the primary.", "Data is copied from the primary to the replica."},
        {"The request goes from the client to the server.",
         "The client sends the request to the server. The response goes from the server to the client."},
        {"The train from Bern goes to Zurich.", "The train runs from Bern to Zurich and from Zurich to Bern."},
        {"Der Zug fährt von Bern nach Zürich.", "Der Zug fährt täglich von Bern nach Zürich."},
    });
    expect_wrong({
        {"The train runs from Zurich to Bern.", "The train runs from Bern to Zurich."},
        {"Data is copied from the replica to the primary.", "Data is copied from the primary to the replica."},
        {"The price rose from 12 to 10 euros.", "The price rose from 10 to 12 euros."},
        {"Der Zug fährt von Zürich nach Bern.", "Der Zug fährt von Bern nach Zürich."},
    });
}

TEST(Comparisons, LieInMultiples) {
    expect_right({
        {"Anna is twice as old as Peter.", "Anna is twice as old as Peter is."},
        {"Anna is older than Peter.", "Anna is twice as old as Peter."},
        {"The church is lower than the tower.", "The church is a third as high as the tower."},
        {"The church is lower than the tower.", "The church is half as high as the tower."},
    });
    expect_wrong({
        {"Peter is twice as old as Anna.", "Anna is twice as old as Peter."},
        {"The church is three times as high as the tower.", "The tower is three times as high as the church."},
        {"The tower is half as high as the church.", "The church is half as high as the tower."},
    });
}

}  // namespace
}  // namespace quarry::answer
