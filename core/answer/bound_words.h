#pragma once

#include <string_view>

// Words that make a bound of the number beside them, as data, with "|" between them: signs, then English, German,
// French, Spanish, Russian, Chinese and Japanese, in lower case. A denial before them turns them: "no more than".
namespace quarry::answer {

inline constexpr std::string_view most_before =
    "≤|<=|<|"
    "up to|at most|at the most|a maximum of|maximum of|maximum|max|less than|less than or equal to|fewer than|lower "
    "than|"
    "smaller than|shorter than|younger than|lighter than|narrower than|slower than|below|under|"
    "bis zu|höchstens|maximal|weniger als|unter|kürzer als|kleiner als|niedriger als|jünger als|leichter als|"
    "jusqu'à|jusqu’à|au plus|au maximum|tout au plus|moins de|inférieur à|inférieure à|en dessous de|"
    "hasta|como máximo|a lo sumo|un máximo de|máximo|menos de|inferior a|por debajo de|"
    "до|максимум|самое большее|менее|меньше|ниже|короче|До|Менее|"
    "最多|至多|不超过|不得超过|不能超过|不应超过|不可超过|不多于|不高于|不大于|少于|低于|小于|短于|不足|未满|"
    "最大|最長|多くとも|長くても|多くても";

inline constexpr std::string_view least_before =
    "≥|>=|>|"
    "at least|at the least|a minimum of|minimum of|minimum|min|more than|greater than|greater than or equal to|higher "
    "than|"
    "larger than|bigger than|longer than|taller than|older than|heavier than|wider than|faster than|over|above|"
    "upwards of|exceed|exceeds|exceeding|exceeded|"
    "mindestens|wenigstens|minimal|mehr als|über|ab|länger als|größer als|höher als|älter als|schwerer als|Über|"
    "au moins|au minimum|plus de|supérieur à|supérieure à|au-dessus de|à partir de|dépasser|dépasse|dépassent|excéder|"
    "excède|"
    "al menos|por lo menos|como mínimo|un mínimo de|mínimo|más de|superior a|por encima de|superar|supera|superar los|"
    "superar las|exceder|excede|exceder los|exceder de|"
    "минимум|более|больше|свыше|выше|длиннее|превышать|превышает|превысить|хотя бы|Более|Свыше|"
    "至少|最少|不少于|不低于|不小于|不短于|超过|多于|高于|大于|长于|"
    "最低|最小|最短|少なくとも|短くとも|短くても";

inline constexpr std::string_view most_after =
    "at most|at the most|at maximum|maximum|max|or less|or fewer|or shorter|or under|"
    "höchstens|maximal|oder weniger|oder kürzer|nicht überschreiten|nicht übersteigen|"
    "au plus|au maximum|maximum|ou moins|como máximo|o menos|máximo|или менее|или меньше|максимум|"
    "以下|以内|未満|まで|を超えない|を超えてはならない|を超えてはいけない|を超えません";

inline constexpr std::string_view least_after =
    "at least|at the least|at minimum|minimum|or more|or longer|or greater|or over|"
    "mindestens|oder mehr|oder länger|überschreiten|überschreitet|übersteigen|übersteigt|"
    "au moins|au minimum|ou plus|como mínimo|o más|mínimo|или более|или больше|минимум|"
    "以上|を超える|を超えて|超";

}  // namespace quarry::answer
