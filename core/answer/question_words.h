#pragma once

#include <string_view>

namespace quarry::answer {

/// How a language asks and how it answers: phrases separated by '|', case-folded. `asks_...` are looked for in a
/// question ('^' before a phrase: at its beginning only, '*' behind: any ending), `cues_...` in a sentence that may
/// answer it.
struct QuestionWords {
    std::string_view language;  ///< ISO 639-1.
    std::string_view asks_definition, asks_difference, asks_default, asks_how_to, asks_when, asks_where, asks_who,
        asks_number, asks_why, asks_whether;
    std::string_view cues_definition, cues_difference, cues_default, cues_when, cues_why, cues_whether, cues_number;
    /// With what a sentence begins that needs the one before it.
    std::string_view leans_back;
    /// What holds a question together and names nothing, where the lists of function words have it not.
    std::string_view fillers{};
    /// With what a question for a definition may end: "what does it mean".
    std::string_view definition_ends{};
    /// Of a sentence that says who sees to something.
    std::string_view cues_who{};
};

inline constexpr QuestionWords question_words[] = {
    {.language = "en",
     .asks_definition = "what is|what are|what's|what was|what does|what do|define|definition of|definition|meaning of|"
                        "meaning|meant by|explain|describe|good for|used for",
     .asks_difference = "difference|differences|differ|differs|compare|compared|versus|vs",
     .asks_default = "default|defaults|by default|if i don't|unless i",
     .asks_how_to =
         "how do i|how can i|how to|how do you|how can you|how would i|how should i|how could i|how do we|"
         "what do i have to|what do i do|what should i do|what must i do|what can i do|what to do|which command|what "
         "command|which option|what option|which setting|is there a way|"
         "i want to|i need to|i would like to|way to|^get|^set|^add|^list|^show|^use|^make|^run|^change|^create",
     .asks_when = "when|what year|which year|what date|which date|since when|what time",
     .asks_where = "where|which file|which directory|which folder|what file|what directory|what folder|what path",
     .asks_who = "who|whose|whom|who is responsible for|who is in charge of|who looks after|who takes care of|"
                 "who do i ask about",
     .asks_number =
         "how many|how much|how long|how old|how big|how large|how high|how tall|how deep|how fast|how far|"
         "how often|how heavy|how wide|which number|what number|which version|what version|which port|"
         "what port|what temperature|which temperature|what price|what size|what age|maximum|minimum|limit|size of|"
         "exit code",
     .asks_why = "why|what for|how come|reason|what happens",
     .asks_whether = "^can|^is|^are|^does|^do|^did|^will|^should|^may|^could|^has|^have|^was|can i|can it|does it|"
                     "is it possible|possible to|safe to",
     .cues_definition = "is a|is an|are a|is the|are the|is used|are used|refers to|means|stands for|describes|allows|"
                        "provides|consists of|represents|defined as|called|short for|is one of",
     .cues_difference =
         "whereas|while|unlike|instead|rather than|in contrast|on the other hand|both|but|only|other than|"
         "compared to|difference|differs",
     .cues_default = "default|defaults|by default|otherwise|if not set|unless",
     .cues_when = "when|after|before|once|until|since|as soon as|in case|if|january|february|march|april|may|june|july|"
                  "august|september|october|november|december",
     .cues_why = "because|since|so that|in order to|therefore|thus|due to|as a result|the reason|otherwise|to avoid|"
                 "to prevent|to ensure|this allows|this makes|means that|caused by|usually",
     .cues_whether = "can|cannot|can't|not|possible|support|supports|allow|allows|allowed|yes|no|must|should|may|never|"
                     "only|required|able",
     .cues_number = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|hundred|thousand|million|"
                    "once|twice|every|daily|weekly|monthly|yearly|annually|several",
     .leans_back = "this|that|these|those|it|they|he|she|such|for example|for instance|however|but|also|then|thus|"
                   "therefore|hence|otherwise|instead|and|or|so|in this case|in that case|as a result|similarly|"
                   "likewise|furthermore|moreover|note that|in addition|on the other hand|both|if so|here",
     .fillers = "the word|the term",
     .definition_ends = "mean|means|stand for|stands for|defined",
     .cues_who = "responsible|in charge|looks after|takes care"},
    {.language = "de",
     .asks_definition = "was ist|was sind|was war|was bedeutet|was heißt|was versteht man unter|bedeutung|erkläre|"
                        "beschreibe|definiere|wofür|wozu",
     .asks_difference = "unterschied|unterschiede|unterscheidet|unterscheiden|vergleich",
     .asks_default = "standard|standardwert|standardmäßig|voreinstellung|vorgabe",
     .asks_how_to = "wie kann ich|wie kann man|wie mache ich|wie muss ich|wie soll ich|wie lässt sich|wie bekomme ich|"
                    "welcher befehl|welche option|ich möchte|ich will|wie erstelle|wie ändere|wie lösche|wie setze|"
                    "was tue ich|was mache ich|was muss ich tun|was soll ich tun|was ist zu tun|was tun",
     .asks_when = "wann|welches jahr|seit wann|in welchem jahr|bis wann",
     .asks_where = "wo|wohin|woher|welche datei|welches verzeichnis|welcher ordner",
     .asks_who = "wer|wem|wen|wessen",
     .asks_number =
         "wie viel|wie viele|wieviel|wieviele|wie lange|wie alt|wie groß|wie hoch|wie oft|wie weit|wie schnell|"
         "welche version|welche temperatur|welcher temperatur|welche größe|welcher preis|wie teuer|wie warm|wie "
         "heiß|wie schwer|"
         "wie breit|wie tief|wie lang|um wie viel uhr|um welche zeit|maximal|mindestens",
     .asks_why = "warum|wieso|weshalb|aus welchem grund",
     .asks_whether = "^kann|^ist|^sind|^darf|^muss|^hat|^haben|^gibt|^wird|kann ich|darf ich",
     .cues_definition =
         "ist ein|ist eine|ist der|ist die|ist das|sind|bedeutet|bezeichnet|heißt|beschreibt|dient|steht für",
     .cues_difference = "während|hingegen|dagegen|im gegensatz|statt|sondern|aber|nur|beide",
     .cues_default = "standard|standardwert|standardmäßig|voreinstellung|voreingestellt|sonst",
     .cues_when = "wenn|nach|vor|sobald|bis|seit|januar|februar|märz|april|mai|juni|juli|august|september|oktober|"
                  "november|dezember",
     .cues_why = "weil|da|denn|damit|deshalb|daher|um|wegen|sonst|grund|aufgrund",
     .cues_whether = "kann|können|nicht|kein|keine|möglich|unterstützt|erlaubt|ja|nein|muss|darf|nie|nur",
     .cues_number = "ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|zwanzig|hundert|tausend|million|"
                    "einmal|zweimal|täglich|wöchentlich|monatlich|jährlich",
     .leans_back =
         "dies|diese|dieser|dieses|das|es|er|sie|solche|zum beispiel|jedoch|aber|auch|dann|daher|deshalb|sonst|"
         "stattdessen|und|oder|so|außerdem|ebenso|hier",
     .fillers = "zuständig|verantwortlich|kümmert sich|das wort|der begriff",
     .definition_ends = "bedeutet|heißt|definiert",
     .cues_who = "zuständig|verantwortlich|kümmert|betreut|leitet"},
    {.language = "fr",
     .asks_definition = "qu'est-ce que|qu'est-ce qu'un|qu'est-ce qu'une|qu'est-ce|qu'est ce que|c'est quoi|que "
                        "signifie|que veut dire|définition|explique|décris",
     .asks_difference = "différence|différences|diffère|compar*",
     .asks_default = "défaut|par défaut",
     .asks_how_to = "comment|quelle commande|quelle option|je veux|je voudrais|y a-t-il un moyen|"
                    "que faire|que dois-je faire|que faut-il faire",
     .asks_when = "quand|quelle année|quelle date|depuis quand",
     .asks_where = "où|quel fichier|quel répertoire|quel dossier",
     .asks_who = "qui",
     .asks_number = "combien|quelle taille|quelle version|quelle température|quelle hauteur|quelle longueur|quelle "
                    "distance|quelle durée|"
                    "quel prix|quel âge|à quelle heure|maximum|minimum|à quelle fréquence",
     .asks_why = "pourquoi|raison",
     .asks_whether = "^est-ce que|^peut-on|^puis-je|^est-il|^y a-t-il|^faut-il",
     .cues_definition = "est un|est une|est le|est la|sont|signifie|désigne|décrit|permet|consiste",
     .cues_difference = "tandis que|alors que|contrairement|au lieu|mais|seulement|les deux",
     .cues_default = "défaut|par défaut|sinon",
     .cues_when =
         "quand|lorsque|après|avant|dès|jusqu*|depuis|janvier|février|mars|avril|mai|juin|juillet|août|septembre|"
         "octobre|novembre|décembre",
     .cues_why = "parce que|car|afin|donc|puisque|à cause|grâce|pour éviter|sinon|raison",
     .cues_whether = "peut|peuvent|ne|pas|possible|permet|oui|non|doit|jamais|seulement",
     .cues_number = "un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|vingt|cent|mille|million|fois",
     .leans_back = "ceci|cela|ce|cet|cette|ces|il|elle|ils|elles|par exemple|cependant|mais|aussi|ensuite|donc|ainsi|"
                   "sinon|et|ou|de plus",
     .fillers = "ai-je|avons-nous|avez-vous|a-t-on|dois-je|peut-on|faut-il|y a-t-il|responsable|chargé|s'occupe",
     .definition_ends = "signifie|veut dire",
     .cues_who = "responsable|chargé|chargée|s'occupe"},
    {.language = "es",
     .asks_definition = "qué es|que es|qué son|que son|qué significa|que significa|qué quiere decir|que quiere decir|"
                        "define|definición|explica|describe",
     .asks_difference = "diferencia|diferencias|difiere|compar*",
     .asks_default = "defecto|por defecto|predeterminado|predeterminada",
     .asks_how_to = "cómo|como puedo|qué comando|que comando|qué opción|quiero|necesito|hay alguna forma|"
                    "qué hago|que hago|qué hacer|que hacer|qué debo hacer|qué tengo que hacer",
     .asks_when = "cuándo|cuando|qué año|que año|qué fecha|desde cuándo",
     .asks_where = "dónde|donde|qué archivo|que archivo|qué directorio|qué carpeta",
     .asks_who = "quién|quien|quiénes|quienes",
     .asks_number = "cuánto|cuántos|cuánta|cuántas|cuanto|cuantos|qué versión|máximo|mínimo|qué tamaño|qué temperatura|"
                    "qué precio|qué altura|a qué hora",
     .asks_why = "por qué|porqué|razón",
     .asks_whether = "^puede|^puedo|^se puede|^es posible|^hay|^es|^tiene|^debo",
     .cues_definition = "es un|es una|es el|es la|son|significa|describe|permite|consiste|se refiere",
     .cues_difference = "mientras|a diferencia|en cambio|en lugar|pero|sino|solo|ambos",
     .cues_default = "defecto|por defecto|predeterminado|predeterminada|de lo contrario",
     .cues_when =
         "cuando|después|antes|hasta|desde|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|"
         "noviembre|diciembre",
     .cues_why = "porque|ya que|para que|por lo tanto|debido|así que|para evitar|razón",
     .cues_whether = "puede|pueden|no|posible|permite|sí|debe|nunca|solo",
     .cues_number = "uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|veinte|cien|mil|millón|veces",
     .leans_back = "esto|esta|este|estos|estas|eso|ese|esa|él|ella|ellos|por ejemplo|sin embargo|pero|también|luego|"
                   "entonces|así|y|o|además",
     .fillers = "responsable|encargado|encargada|se encarga",
     .definition_ends = "significa|quiere decir",
     .cues_who = "responsable|encargado|encargada|se encarga"},
    {.language = "ru",
     .asks_definition = "что такое|что значит|что означает|кто такой|определение|объясни|опиши|что это",
     .asks_difference = "разница|различие|различия|отличие|отличается|отличаются|сравн*",
     .asks_default = "по умолчанию|умолчанию",
     .asks_how_to = "как|какой командой|какая команда|какая опция|хочу|нужно|можно ли как|что делать|что мне делать|"
                    "что нужно делать|что надо делать",
     .asks_when = "когда|в каком году|какой год|с каких пор",
     .asks_where = "где|куда|откуда|какой файл|в каком файле|какой каталог|в какой папке",
     .asks_who = "кто|кого|кому|кем|чей",
     .asks_number = "сколько|какова длина|какой размер|какая версия|какая температура|какой температуре|"
                    "какая цена|в котором часу|максимум|минимум|как часто|как долго|как много",
     .asks_why = "почему|зачем|отчего|по какой причине",
     .asks_whether = "^можно ли|^может ли|^есть ли|^является ли|^нужно ли|^умеет ли",
     .cues_definition = "это|является|являются|означает|называется|представляет|описывает|позволяет|состоит",
     .cues_difference = "тогда как|в отличие|вместо|но|а не|только|оба",
     .cues_default = "по умолчанию|умолчанию|иначе",
     .cues_when =
         "когда|после|перед|до|с|если|января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|"
         "декабря",
     .cues_why = "потому что|так как|поскольку|чтобы|поэтому|из-за|иначе|причина",
     .cues_whether = "может|могут|нельзя|не|можно|возможно|поддерживает|да|нет|должен|никогда|только",
     .cues_number = "один|два|три|четыре|пять|шесть|семь|восемь|девять|десять|двадцать|сто|тысяча|миллион|раз",
     .leans_back = "это|этот|эта|эти|он|она|они|оно|такой|например|однако|но|также|затем|поэтому|иначе|и|или|так",
     .fillers = "отвечает|ответственный|ответственная",
     .definition_ends = "значит|означает",
     .cues_who = "отвечает|ответственный|ответственная|заведует"},
    {.language = "zh",
     .asks_definition = "什么是|是什么|是什麼|什麼是|什么意思|解释|定义",
     .asks_difference = "区别|區別|不同|差异|比较",
     .asks_default = "默认|預設|缺省",
     .asks_how_to = "怎么办|怎麼辦|怎么|怎麼|如何|怎样|怎樣|哪个命令|我想",
     .asks_when = "什么时候|何时|哪年|哪一年|几月|几点|几号|什麼時候|幾月|幾點|幾號",
     .asks_where = "哪里|哪裡|在哪|哪儿|哪个文件|哪个目录",
     .asks_who = "谁|誰",
     .asks_number =
         "多少天|多少钱|多少錢|多少|几天|几年|几次|几个|几只|几把|几本|几条|几张|几辆|几台|几人|几位|几种|几岁|几分钟|"
         "几小时|几公里|几米|幾天|幾年|幾次|幾個|幾隻|幾把|幾本|幾條|幾張|幾輛|幾台|幾人|幾位|幾種|幾歲|幾分鐘|幾小時|"
         "多长|多大|"
         "多久|多高|几|幾",
     .asks_why = "为什么|為什麼|为何|原因",
     .asks_whether = "吗|嗎|能否|是否|可以",
     .cues_definition = "是|指|称为|表示|叫做",
     .cues_difference = "而|不同|但|只|相反",
     .cues_default = "默认|預設|缺省",
     .cues_when = "年|月|日|当|時|时|之后|之前",
     .cues_why = "因为|因為|所以|由于|以便|为了",
     .cues_whether = "可以|不|能|支持|是|否",
     .cues_number = "一|二|三|四|五|六|七|八|九|十|百|千|万|两",
     .leans_back = "这|這|那|它|他|她|例如|但是|然而|此外|因此",
     .fillers = "我们|我們|我|你|您|的|了|呢|在|和|有|是|要|能|请|請|负责|負責",
     .cues_who = "负责|負責"},
    {.language = "ja",
     .asks_definition = "とは|何ですか|なんですか|意味|説明|定義",
     .asks_difference = "違い|ちがい|差|比較",
     .asks_default = "デフォルト|既定|初期値|標準",
     .asks_how_to = "どうやって|どうすれば|どうしたら|何をすれば|方法|やり方|するには|どのように",
     .asks_when = "いつ|何年|何月|何時|何曜日|何日から|何日まで",
     .asks_where = "どこ|どのファイル|どのディレクトリ",
     .asks_who = "誰|だれ|どなた",
     .asks_number = "いくつ|いくら|どれくらい|どのくらい|何個|何人|何名|何回|何本|何匹|何冊|何枚|何台|何杯|何歳|何階|"
                    "何番|何度|何件|"
                    "何種類|何年間|何日|何日間|何時間|何分|何秒|何週間|何か月|何ヶ月|何カ月|何円|何メートル|何キロ|"
                    "何パーセント|何ページ|何倍",
     .asks_why = "なぜ|どうして|理由",
     .asks_whether =
         "できますか|ですか|ますか|ありますか|いますか|もらえますか|かかりますか|なりますか|でしょうか|可能",
     .cues_definition = "とは|である|です|といい|呼ばれ|意味",
     .cues_difference = "一方|違い|異な|しかし|だけ",
     .cues_default = "デフォルト|既定|初期値|標準",
     .cues_when = "年|月|日|とき|時|後|前",
     .cues_why = "ため|ので|から|理由|よって",
     .cues_whether = "できます|できません|可能|ない|必要",
     .cues_number = "一|二|三|四|五|六|七|八|九|十|百|千|万|回|個|人",
     .leans_back = "これ|それ|あれ|この|その|例えば|たとえば|しかし|また|そして",
     .fillers = "担当者|担当|責任者",
     .cues_who = "担当|責任者"},
};

}  // namespace quarry::answer
