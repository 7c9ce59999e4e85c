#pragma once

#include <string_view>

// Words that make a bound of the number beside them, as data, with "|" between them: signs, then English, German,
// French, Spanish, Russian, Chinese and Japanese, in lower case.
namespace quarry::answer {

// Before the number.
inline constexpr std::string_view most_before =
    "≤|<=|<|"
    "up to|at most|at the most|a maximum of|maximum of|maximum|max|"
    "bis zu|höchstens|maximal|spätestens|"
    "jusqu'à|jusqu’à|au plus|au maximum|tout au plus|"
    "hasta|como máximo|a lo sumo|un máximo de|máximo|"
    "до|максимум|самое большее|"
    "最多|至多|不得多于|不得高于|不得大于|不超过|不得超过|不能超过|不应超过|不可超过|不多于|不高于|不大于|不足|未满|"
    "最大|最長|多くとも|長くても|多くても";

inline constexpr std::string_view least_before = "≥|>=|>|"
                                                 "at least|at the least|a minimum of|minimum of|minimum|min|"
                                                 "mindestens|wenigstens|minimal|ab|"
                                                 "au moins|au minimum|à partir de|"
                                                 "al menos|por lo menos|como mínimo|un mínimo de|mínimo|"
                                                 "минимум|хотя бы|"
                                                 "至少|最少|不得少于|不得低于|不得小于|不少于|不低于|不小于|不短于|"
                                                 "最低|最小|最短|少なくとも|短くとも|短くても";

// Those that a denial turns: "no less than".
inline constexpr std::string_view less_before =
    "less than|less than or equal to|fewer than|lower than|smaller than|shorter than|younger than|lighter than|"
    "narrower than|slower than|earlier than|below|under|"
    "weniger als|unter|kürzer als|kleiner als|niedriger als|jünger als|leichter als|früher als|"
    "moins de|inférieur à|inférieure à|en dessous de|"
    "menos de|inferior a|por debajo de|"
    "менее|меньше|ниже|короче|"
    "少于|低于|小于|短于";

inline constexpr std::string_view more_before =
    "more than|greater than|greater than or equal to|higher than|larger than|bigger than|longer than|taller than|"
    "older than|heavier than|wider than|faster than|later than|over|above|upwards of|"
    "exceed|exceeds|exceeding|exceeded|"
    "mehr als|über|länger als|größer als|höher als|älter als|schwerer als|später als|"
    "überschreiten|überschreitet|übersteigen|übersteigt|"
    "plus de|supérieur à|supérieure à|au-dessus de|dépasser|dépasse|dépassent|excéder|excède|excèdent|"
    "más de|superior a|por encima de|superar|supera|superan|superar los|supera los|superan los|superar las|supera las|"
    "superan las|exceder|excede|exceden|exceder los|excede los|exceden los|exceder de|excede de|exceden de|"
    "более|больше|свыше|выше|длиннее|позже|превышать|превышает|превышают|превысить|"
    "超过|多于|高于|大于|长于";

// Behind the number.
inline constexpr std::string_view most_after =
    "at most|at the most|at maximum|maximum|max|or less|or fewer|or shorter|or lower|or under|must not be exceeded|"
    "may not be exceeded|cannot be exceeded|is not exceeded|are not exceeded|"
    "höchstens|maximal|oder weniger|oder kürzer|nicht überschreiten|nicht übersteigen|nicht überschritten|"
    "darf nicht überschritten|dürfen nicht überschritten|"
    "au plus|au maximum|maximum|ou moins|como máximo|o menos|máximo|или менее|или меньше|максимум|"
    "以下|以内|未満|まで|を超えない|を超えてはならない|を超えてはいけない|を超えません";

inline constexpr std::string_view least_after =
    "at least|at the least|at minimum|minimum|or more|or longer|or greater|or higher|or over|is exceeded|are exceeded|"
    "mindestens|oder mehr|oder länger|überschreiten|überschreitet|übersteigen|übersteigt|"
    "au moins|au minimum|ou plus|como mínimo|o más|mínimo|или более|или больше|минимум|"
    "以上|を超える|を超えて|超";

// Before a verb as well: "最多可以上传5个".
inline constexpr std::string_view adverbs_of_bounds = "最多 至多 至少 最少 最大 最低";

// Between two numbers they are no bounds ("5 times over 30 seconds", "from 5 up to 10"), nor behind what changes.
inline constexpr std::string_view links_of_numbers = "over under above below up to über unter bis zu jusqu'à hasta до";
inline constexpr std::string_view changes =
    "вырос выросла выросло выросли снизился снизилась снизилось снизились поднялся поднялась поднялось поднялись "
    "увеличился увеличилась увеличилось увеличились уменьшился уменьшилась уменьшилось уменьшились упал упала упало "
    "упали "
    "augmenté baissé monté chuté diminué subió bajó aumentó disminuyó cayó";

// Denials that turn no bound: "users without a key get more than 5".
inline constexpr std::string_view denials_of_things = "lacks nothing nichts ohne sans sin tampoco without без";
// Those of the thing that is spoken of: "no user may upload more than 5".
inline constexpr std::string_view denying_determiners =
    "no kein keine keinem keinen keiner aucun aucune ninguna ninguno ningún";
// Between a denial and the bound that it turns: "must in no case be longer than".
inline constexpr std::string_view words_between =
    "be been is are was were have has had may must can will shall should case event way ever any much to "
    "sein ist sind war darf kann muss soll fall "
    "cas être est sont doit peut a été "
    "caso ser es son debe puede de "
    "коем случае быть был была было должен должна должно может";

// Stems of words that say of what is beyond a bound that it is not so: "files over 10 MB are rejected".
inline constexpr std::string_view refusals =
    "reject refus forbid prohibit ban disallow block declin verbiet verbot untersag untersagt ablehn abgelehnt verweig "
    "verweigert interdir interdit rejet prohib rechaz запреща запрет запрещ отклон отверг отвергл "
    "禁止 拒绝 拒否";

}  // namespace quarry::answer
