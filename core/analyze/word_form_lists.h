#pragma once

#include <string_view>

namespace quarry::analyze {

/// Words of a language that are forms of one, or are made of one, and that no stemmer joins: groups separated by '|',
/// words by spaces. Case-folded, in composed form (NFC). Forms that the stemmer joins are left out.
struct WordFormList {
    std::string_view language;  ///< ISO 639-1.
    std::string_view groups;
    /// Prefixes that stand apart from a verb, or before the "ge" of its participle.
    std::string_view separable{};
};

inline constexpr WordFormList word_form_lists[] = {
    {.language = "en",
     .groups =
         "write wrote written writer author|build built builder|make made maker|found founder|invent inventor|"
         "begin began begun|break broke broken|bring brought|buy bought|catch caught|choose chose chosen choice|"
         "come came|deal dealt|draw drew drawn|drive drove driven driver|eat ate eaten|fall fell fallen|feed fed|"
         "feel felt|fight fought|find found|fly flew flown|forbid forbade forbidden|forget forgot forgotten|"
         "freeze froze frozen|give gave given|grow grew grown|hang hung|hear heard|hide hid hidden|hold held|keep kept|"
         "know knew known|lead led leader|leave left|lend lent|lose lost loss|mean meant|meet met|own owner|"
         "pay paid payment|read reader|ride rode ridden|ring rang rung|rise rose risen|run ran|say said|see saw seen|"
         "sell sold|send sent|shake shook shaken|shine shone|shoot shot|show shown|shrink shrank|sing sang sung|"
         "sink sank sunk|sit sat|sleep slept|slide slid|speak spoke spoken speech|spend spent|spin spun|stand stood|"
         "steal stole stolen|stick stuck|strike struck|swear swore sworn|sweep swept|swim swam swum|swing swung|"
         "take took taken|teach taught teacher|tear tore torn|tell told|think thought|throw threw thrown|"
         "understand understood|wake woke woken|wear wore worn|win won winner|wind wound|bite bit bitten|bear bore "
         "born|"
         "bend bent|bleed bled|blow blew blown|dig dug|drink drank drunk|flee fled|lie lay lain|manage manager|"
         "direct director|design designer|paint painter|create creator|develop developer|weigh weight|live life|"
         "die died death|high height|long length|deep depth|wide width|old age|arrive arrival|deliver delivery|"
         "apply application|register registration|decide decision|permit permission|subscribe subscription"},
    {.language = "de",
     .groups =
         "schreiben schreibt schrieb geschrieben autor autorin verfasser|geben gibt gab gegeben|"
         "nehmen nimmt nahm genommen|sprechen spricht sprach gesprochen|finden fand gefunden|erfinden erfand erfunden "
         "erfinder|treffen trifft traf getroffen|tragen trägt trug getragen|fahren fährt fuhr gefahren|"
         "beginnen begann begonnen beginn|gewinnen gewann gewonnen|verlieren verlor verloren|"
         "schließen schließt schloss geschlossen|liegen lag gelegen|stehen stand gestanden|gehen ging gegangen|"
         "kommen kam gekommen|bringen brachte gebracht|denken dachte gedacht|kennen kannte gekannt|"
         "nennen nannte genannt|wissen weiß wusste gewusst|essen isst aß gegessen|lesen liest las gelesen|"
         "sehen sieht sah gesehen|schlafen schläft schlief geschlafen|laufen läuft lief gelaufen|rufen rief gerufen|"
         "lassen lässt ließ gelassen|halten hält hielt gehalten|fangen fängt fing gefangen|"
         "werfen wirft warf geworfen|helfen hilft half geholfen|sterben stirbt starb gestorben|ziehen zog gezogen|"
         "bieten bot geboten|verbieten verbot verboten|fliegen flog geflogen|gießen goss gegossen|"
         "messen misst maß gemessen|vergessen vergisst vergaß|schneiden schnitt geschnitten|"
         "leihen lieh geliehen|bleiben blieb geblieben|steigen stieg gestiegen|schwimmen schwamm geschwommen|"
         "singen sang gesungen|trinken trank getrunken|springen sprang gesprungen|binden band gebunden|"
         "sitzen saß gesessen|bitten bat gebeten|wachsen wächst wuchs gewachsen|gründen gründer gründerin|"
         "leiten leiter leiterin|entscheiden entschied entschieden|dürfen darf|brechen bricht brach gebrochen|"
         "erhalten erhält erhielt|bekommen bekam|beantragen antrag|anmelden anmeldung|kündigen kündigung",
     .separable = "ab an auf aus bei ein fest her hin los mit nach um vor weg zu zurück zusammen"},
    {.language = "fr",
     .groups =
         "écrire écrit écrite écrivit écrivain auteur autrice|prendre pris prise prend prennent|mettre mis mise met|"
         "ouvrir ouvre ouvert ouverte ouvrent ouverture|fermer fermeture|construire construit construite|"
         "lire lu lit|recevoir reçu reçoit|venir venu vient|tenir tenu tient|obtenir obtenu obtient|connaître connu|"
         "vivre vécu vit|naître né née|mourir mort|peindre peint peintre|boire bu boit|voir vu voit|savoir su sait|"
         "suivre suivi suit|dire dit|conduire conduit|produire produit|élire élu|rendre rendu|perdre perdu|"
         "vendre vendu vend|envoyer envoie|payer paie paye|acheter achète|appeler appelle appelé|fonder fondateur|"
         "inventer inventeur|diriger directeur|découvrir découvert découvre|offrir offert offre|servir sert|"
         "permettre permis permet|choisir choix|réserver réservation|inscrire inscrit inscription"},
    {.language = "es",
     .groups =
         "escribir escrito escrita autor autora|cerrar cierra cierran|abrir abre abierto abierta|"
         "poner pone puesto puso|hacer hace hecho hizo|decir dice dicho dijo|volver vuelve vuelto|"
         "devolver devuelve devuelto|morir muere muerto|ver visto|romper roto|pedir pide pido pidió|perder pierde|"
         "empezar empieza|comenzar comienza|contar cuenta|costar cuesta|encontrar encuentra|tener tiene tuvo|"
         "venir viene vino|seguir sigue|servir sirve|dormir duerme|jugar juega|construir construye construyó|"
         "traer trae trajo|obtener obtiene obtuvo obtengo|renovar renueva|mostrar muestra|probar prueba|"
         "pagar paga pago|fundar fundador fundadora|inventar inventor|dirigir director directora|pintar pintor|"
         "nacer nace nació|reservar reserva"},
    {.language = "ru",
     .groups =
         "писать пишет написать написал написала написан написана автор|строить построить построил построен построено|"
         "основать основал основан основана основатель|открыть открыл открыт открывать открывается открываются|"
         "закрыть закрыл закрыт закрывать закрывается закрывают|платить заплатить оплатить оплата|давать дать даёт|"
         "выдавать выдать выдаёт|брать взять берёт|вступить вступать вступает|купить покупать|"
         "создать создал создан создавать создатель|изобрести изобрёл изобретён изобретатель|"
         "начать начинать начинается началась начался начало|найти находить|получить получать получает|"
         "запустить запускать|записаться записываться запишитесь запись|стирать постирать стирка|отправить отправлять|"
         "заказать заказывать закажите заказ|принести приносить принесите|умереть умер|родиться родился"},
};

}  // namespace quarry::analyze
