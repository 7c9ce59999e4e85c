#pragma once

#include <array>
#include <string_view>

// Words by which the order of a clause is read, as data: English, German, French, Spanish and Russian, in lower case,
// with a space between them.
namespace quarry::answer {

// By which the order of words is read.
inline constexpr std::string_view languages_of_fixed_order = "en de fr es it pt nl";
// Which write every noun like a name.
inline constexpr std::string_view languages_of_capital_nouns = "de";

inline constexpr std::string_view prepositions =
    "about across after against along among around as at before behind below beneath beside between beyond by down "
    "during except for from in inside into near of off on onto out outside over past per since through throughout to "
    "toward under until up upon via with within without every each "
    "an am auf aus bei beim bis durch für gegen hinter im in mit nach neben seit über um unter vom von vor während zu "
    "zum zur zwischen jeden jede jedes "
    "a au aux avec chez contre dans de des du en entre par pendant pour sans sous sur vers depuis "
    "al con contra del desde durante en hacia hasta para por según sin sobre tras "
    "без в во для до за из к на над о об от перед по под при с со у через";

// Forms of a verb in these languages, whatever they are in another: "Pierre a vu Marie".
inline constexpr std::string_view languages_of_verb_a = "fr";
inline constexpr std::string_view verb_a = "a";

// Prepositions before a verb.
inline constexpr std::string_view infinitive_words = "to zu";

inline constexpr std::string_view determiners =
    "a an the this that these those its his her their our my your "
    "der die das den dem des ein eine einen einem einer eines "
    "le la les l un une ce cette ces son sa ses el los las una unos unas su sus";

inline constexpr std::string_view passive_auxiliaries =
    "is are was were be been being wird werden wurde wurden worden est sont été fut furent es son fue fueron ser sido "
    "был была было были";

// Of these, auxiliaries of the future too: a passive only with a participle, or with who did it.
inline constexpr std::string_view future_auxiliaries = "wird werden";

// Where the rest of the verb ends the clause: "Maria hat Peter gesehen", "Maria kann Peter sehen".
inline constexpr std::string_view languages_of_final_verbs = "de nl";
inline constexpr std::string_view split_auxiliaries =
    "hat haben hatte hatten habe kann können konnte konnten muss müssen musste mussten will wollen wollte wollten soll "
    "sollen sollte sollten darf dürfen durfte durften mag mögen möchte möchten wird werden würde würden "
    "heeft hebben had hadden kan kunnen kon konden moet moeten moest moesten zal zullen zou zouden wil willen";
// Behind that rest: "gesehen haben".
inline constexpr std::string_view closing_auxiliaries = "haben hat sein werden worden hebben zijn";

// What the articles of a language say of the nouns behind them, of German: never who does it ("den", "dem"); of one
// man or thing that does it, or of a feminine noun in another case ("der").
inline constexpr std::string_view languages_of_cases = "de";
inline constexpr std::string_view object_determiners =
    "den dem einen einem diesen diesem jenen jenem jeden jedem keinen keinem meinen meinem seinen seinem ihren ihrem "
    "unseren unserem";
inline constexpr std::string_view subject_determiners = "der";
inline constexpr std::string_view feminine_determiners = "die eine diese jene";

// Where the verb may stand before who does it: behind an adverb, and behind the word for whom it is done to.
inline constexpr std::string_view languages_of_inversion = "de nl es it pt";
inline constexpr std::string_view languages_of_object_relatives = "fr es pt";
inline constexpr std::string_view object_relatives = "que qu";

// Behind a passive, who did it.
inline constexpr std::string_view agent_prepositions = "by von vom durch par por";

inline constexpr std::string_view comparisons = "than als que чем";
// "Not as fast as", "nicht so schnell wie": what stands before and behind the word.
inline constexpr std::string_view equal_words = "as so genauso ebenso aussi si tan так такой такая такое";
inline constexpr std::string_view equal_links = "as wie que como как";
// Before "as fast as", how much more it is, or how much less.
inline constexpr std::string_view multiples =
    "twice thrice times doppelt zweimal dreimal viermal fünfmal mal fois veces";
inline constexpr std::string_view fractions = "half halb third quarter";
// With these it may be left out, where a case tells it: "Волга длиннее Дона".
inline constexpr std::string_view bare_comparatives =
    "больше меньше длиннее короче выше ниже раньше позже быстрее медленнее старше младше моложе тяжелее легче дороже "
    "дешевле теплее холоднее сильнее слабее лучше хуже";

// Behind a word they begin a part of the clause that says more of it: "the bridge that did not collapse".
inline constexpr std::string_view subordinating_words =
    "that which who whom whose where when if because although though while since unless until "
    "dass daß weil ob wenn obwohl während welche welcher welches deren dessen wo "
    "qui que qu dont où quand si parce lorsque quien quienes cuando donde cuyo porque aunque "
    "что который которая которое которые которого которой которых где когда если хотя потому";

/// Before where something begins, and before where it goes.
struct DirectionWords {
    std::string_view from, to;
};
inline constexpr auto direction_words = std::to_array<DirectionWords>({
    {"from", "to into onto"},
    {"von vom aus", "nach zu zum zur auf bis in ins"},
    {"depuis", "vers à jusqu"},
    {"desde", "hasta a al hacia"},
    {"из от с со", "в до к на"},
});

// They hold in both directions: "Spain borders Portugal".
inline constexpr std::string_view symmetric_stems =
    "agre alter associ border combin compar compet connect correspond differ equal interact join link marri match meet "
    "met mix neighbour neighbor relat resembl share similar synchron talk same between both versus";

// Between things of one kind, in any order.
inline constexpr std::string_view conjunctions = "and or nor und oder sowie et ou y e o u и или";

}  // namespace quarry::answer
