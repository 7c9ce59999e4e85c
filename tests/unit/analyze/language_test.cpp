// Which language a text is found to be in, and what becomes of words in several.
#include "core/analyze/language.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "core/analyze/multilingual_analyzer.h"

namespace quarry::analyze {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct LanguageCase {
    std::string name;
    std::string language;
    std::string text;
};

class DetectLanguage : public ::testing::TestWithParam<LanguageCase> {};

TEST_P(DetectLanguage, ByScriptAndFunctionWords) { EXPECT_EQ(detect_language(GetParam().text), GetParam().language); }

const LanguageCase language_cases[] = {
    {"english", "en", "The index is built when a document is added, and it is kept up to date by the next run."},
    {"german", "de", "Der Index wird gebaut, wenn ein Dokument hinzukommt, und er ist nach dem nächsten Lauf aktuell."},
    {"french", "fr",
     "L'index est construit quand un document est ajouté, et il est à jour après la suite des travaux."},
    {"spanish", "es", "El índice se construye cuando se añade un documento y está al día después de la próxima vez."},
    {"italian", "it",
     "L'indice viene costruito quando un documento è aggiunto, ed è aggiornato con il giro che segue."},
    {"portuguese", "pt",
     "O índice é construído quando um documento é adicionado, e não fica desatualizado até a outra."},
    {"dutch", "nl", "De index wordt gebouwd als er een document bij komt, en hij is na het volgende begin weer goed."},
    {"danish", "da", "Indekset bliver bygget når der er et nyt dokument, og det er af den grund ikke efter de andre."},
    {"norwegian", "no", "Indeksen blir bygget når det er et nytt dokument, og den er av den grunn ikke etter noen."},
    {"swedish", "sv", "Indexet byggs när ett dokument har kommit till, och det är inte efter de andra som var här."},
    {"finnish", "fi",
     "Hakemisto on tehty kun asiakirja on lisätty, ja se on myös ajan tasalla mutta ei aina niin kuin."},
    {"hungarian", "hu",
     "Az index akkor épül fel, ha van egy új dokumentum, és nem csak a régi, de ez még nem is az első."},
    {"romanian", "ro", "Indexul este construit când un document a fost adăugat, și nu este mai vechi de o zi în care."},
    {"turkish", "tr", "Dizin yeni bir belge için kurulur ve bu belge çok eski ise daha sonra bir kez ile olarak var."},
    {"russian", "ru", "Индекс строится, когда в базе появляется документ, и он не устареет, если это сделано как все."},
    {"ukrainian", "uk", "Індекс будується, коли в базі є документ, і він не застаріє, якщо це зроблено та як усі від."},
    {"greek", "el", "Το ευρετήριο χτίζεται όταν προστίθεται ένα έγγραφο."},
    {"arabic", "ar",
     "يتم بناء الفهرس عند إضافة وثيقة إلى القاعدة، وهو لا يحتاج إلى أن يبنى من جديد في كل مرة بعد ذلك."},
    {"persian", "fa", "این نمایه در پایگاه ساخته می شود و برای آن یک سند است که با هر بار به آن باید افزوده شود."},
    {"hebrew", "he", "האינדקס נבנה כאשר מסמך נוסף למאגר."},
    {"chinese", "zh", "当文档被添加到知识库时，索引就会建立起来，下一次运行会保持最新。"},
    {"japanese", "ja", "文書が追加されると索引が作られ、次の実行で最新に保たれます。"},
    {"korean", "ko", "문서가 추가되면 색인이 만들어지고 다음 실행에서 최신으로 유지됩니다."},
    {"german_with_english_names", "de",
     "Die Funktion getUserName der Klasse HTTPServer ist nicht mit dem Wert von max_file_size zu verwechseln, auch "
     "wenn sie in der Datei server.cpp steht."},
    {"vietnamese", "vi",
     "Ch\u1EC9 m\u1EE5c \u0111\u01B0\u1EE3c x\u00E2y d\u1EF1ng khi c\u00F3 t\u00E0i li\u1EC7u m\u1EDBi, v\u00E0 "
     "kh\u00F4ng bao gi\u1EDD c\u0169."},
    {"vietnamese_by_its_letters", "vi",
     "Th\u1EE7 \u0111\u00F4 n\u01B0\u1EDBc Ph\u00E1p, t\u1ECDa l\u1EA1c b\u1EDD s\u00F4ng, d\u00E2n s\u1ED1 tr\u1EBB."},
    {"english_with_a_vietnamese_name", "en",
     "The name of the author is Nguy\u1EC5n, and he has it from the village that he was born in, as it is there."},
    {"russian_with_english_names", "ru",
     "Функция getUserName из класса HTTPServer не то же, что max_file_size, и в файле server.cpp это тоже не так."},
    {"nothing", "", ""},
    {"one_word", "", "Hallo"},
    {"a_heading", "", "Der Index"},
    {"numbers", "", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20"},
    {"identifiers", "", "getUserName setUserName HTTPServer max_file_size utf8String pathSep std string vector map"},
    {"half_of_each", "",
     "The index is built when it is needed and that is all of it. Der Index wird gebaut, wenn er nicht da ist, und "
     "das ist alles."},
    {"broken_bytes", "", std::string("\xFF\xFE\x80\xC3 \xF0\x9F \xE2\x82", 11)},
};

INSTANTIATE_TEST_SUITE_P(Language, DetectLanguage, ::testing::ValuesIn(language_cases),
                         [](const auto& tested) { return tested.param.name; });

TEST(LanguageTest, of_a_long_text_the_beginning_counts) {
    std::string text;
    while (text.size() < language_sample_bytes) text += "1234 5678\n";
    EXPECT_EQ(detect_language(text + "The end of the text is in the English that it was for all of us to be in."), "");
    std::string german;
    while (german.size() < 2 * language_sample_bytes) german += "das ist nicht der und die mit einem wort ";
    EXPECT_EQ(detect_language(german), "de");
    EXPECT_EQ(detect_language(std::string(100'000, 'x')), "");
}

TEST(LanguageTest, a_document_says_it_itself_or_its_words_do) {
    document::Document document;
    document.media_type = "text/plain";
    document.text = language_cases[1].text;
    EXPECT_EQ(document_language(document, automatic_language), "de");
    EXPECT_EQ(document_language(document, "fr"), "fr");
    document.media_type = "text/x-python";
    EXPECT_EQ(document_language(document, automatic_language), "") << "source code is in none";
    document.language = "nl";
    EXPECT_EQ(document_language(document, automatic_language), "nl");
}

TEST(LanguageTest, what_has_no_stemmer_is_treated_as_english) {
    EXPECT_EQ(stemming_language("de"), "de");
    EXPECT_EQ(stemming_language("nb"), "no");
    EXPECT_EQ(stemming_language("vi"), "vi") << "its accents tell words apart";
    for (const char* other : {"", "en", "zh", "pl", "english"}) EXPECT_EQ(stemming_language(other), "en") << other;
}

std::string readings(MultilingualAnalyzer& analyzer, std::string_view text) {
    std::string all;
    for (const MultilingualAnalyzer::Reading& reading : analyzer.analyze(text)) {
        all += (all.empty() ? "" : " ") + reading.text;
        for (const std::string& other : reading.others) all += "|" + other;
    }
    return all;
}

TEST(MultilingualAnalyzerTest, puts_together_what_languages_make_of_a_word) {
    const std::vector<std::string> languages{"en", "de"};
    MultilingualAnalyzer analyzer(languages);
    EXPECT_EQ(readings(analyzer, "Häuser running"), "hauser|haus run|running");
    EXPECT_EQ(readings(analyzer, "cat 42 getUserName \u6F22\u5B57\u306E"),
              "cat 42 getusernam get user name|nam \u6F22\u5B57 \u5B57\u306E");
    EXPECT_EQ(readings(analyzer, ""), "");
}

TEST(MultilingualAnalyzerTest, words_have_exact_forms_in_a_text_of_their_language_alone) {
    const std::vector<std::string> languages{"en", "fr", "vi"};
    MultilingualAnalyzer analyzer(languages);
    const auto exact = [&](std::string_view text) {
        std::string all;
        for (const MultilingualAnalyzer::Reading& reading : analyzer.analyze(text)) all += "<" + reading.exact + ">";
        return all;
    };
    EXPECT_EQ(exact("\u0111\u1ED9i th\u1EE7 Panthers"), "<\u0111\u1ED9i><th\u1EE7><>");
    EXPECT_EQ(exact("t\u00E0i ba l\u00E0 g\u00EC"), "<t\u00E0i><><l\u00E0><g\u00EC>") << "by its function words";
    EXPECT_EQ(exact("un caf\u00E9 \u00E0 Paris"), "<><><><>");
    EXPECT_EQ(readings(analyzer, "\u0111\u00F4i"), "\u0111oi|doi") << "typed without accents it is found";
}

TEST(MultilingualAnalyzerTest, without_languages_it_is_english) {
    MultilingualAnalyzer analyzer({});
    EXPECT_THAT(analyzer.languages(), ElementsAre("en"));
    EXPECT_EQ(readings(analyzer, "running houses"), "run hous");
}

}  // namespace
}  // namespace quarry::analyze
