#pragma once

#include <string_view>

namespace quarry::analyze {

/// A language's words that hold sentences together and say little about what they are about: articles, pronouns,
/// prepositions, conjunctions, auxiliary verbs, question words. Case-folded, in composed form (NFC).
struct FunctionWordList {
    std::string_view language;  ///< ISO 639-1.
    std::string_view frequent;  ///< Its most frequent ones, of at most 8 bytes each: they tell the language of a text.
    std::string_view further;   ///< The others; each also without its accents where questions are often typed so.
};

inline constexpr FunctionWordList function_word_lists[] = {
    {"en",
     "the of and to in is that for it as was with be by on not this are or from at which but have an they you "
     "were their one all we can has there been if more when will would who so no what its into how these",
     "a i am any anyone anything about also always among another because being "
     "both could did do does doing done each either else even ever every few further get gets "
     "got had he her here hers him his i'd i'll i'm i've it's just let lot many may maybe me might mine much "
     "must my myself neither nor often once only other our ours own please per same shall she should since "
     "some someone something such tell than them themselves then they're though through thus too until upon "
     "us use used uses using very we're what's where where's whether while whom whose who's why won't yet "
     "you're you've your yours yourself aren't can't cannot couldn't didn't doesn't don't hadn't hasn't "
     "haven't isn't shouldn't wasn't weren't wouldn't far one's"},
    {"de",
     "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus "
     "er hat dass sie nach wird bei einer um am sind noch wie einem über so zum war haben nur oder aber vor "
     "zur bis mehr durch man sein wurde sei wenn kann wir ich",
     "alle allem allen aller alles also ander andere anderem anderen anderer anderes anderm andern anderr "
     "anders beim bin bist da dabei dadurch dafür dagegen daher damit danach dann daran darauf daraus darf "
     "dasselbe davon dazu daß dein deine deinem deinen deiner deines demselben denen denn denselben deren "
     "derer derselbe derselben desselben dessen dich dies diese dieselbe dieselben diesem diesen dieser "
     "dieses dir doch dort du durfte dürfen einen eines einig einige einigem einigen einiger einiges einmal "
     "etwa etwas euch euer eure eurem euren eurer eures falls ganz geben gegen gehabt gemacht genau gerade "
     "gewesen gibt hab habe hast hatte hatten hier hin hinter hätte hätten ihm ihn ihnen ihr ihre ihrem ihren "
     "ihrer ihres indem ins irgend ja jede jedem jeden jeder jedes jemand jene jenem jenen jener jenes jetzt "
     "kannst kein keine keinem keinen keiner keines können könnte könnten machen macht manche manchem manchen "
     "mancher manches manchmal mein meine meinem meinen meiner meines mich mir muss musste muß müssen müsste "
     "möchte möchten mögen nein nichts nie nun ob ohne oft selbst sehr seine seinem seinen seiner seines seit "
     "solche solchem solchen solcher solches soll sollen sollte sollten sondern sonst tun tut uns unsem unsen "
     "unser unsere unserem unseren unserer unses unter viel viele vielen vom waren warst warum was weder weil "
     "weiter welche welchem welchen welcher welches wer werde weshalb wessen wieder wieso wieviel will wirst "
     "wo wobei wodurch wofür woher wohin wollen wollte womit woran worauf woraus wozu wurden während wäre "
     "wären würde würden zwar zwischen"},
    {"fr",
     "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont avec ou "
     "son été aux elle mais comme nous sa leur ses cette on être fait ont ces même était vous je où deux",
     "afin ainsi alors après as aucun aucune aussi autre autres avait avaient avant avez avoir "
     "avons ayant bien c c'est cela celle celles celui cet ceux chaque chez ci combien comment contre d dois "
     "doit doivent donc dont durant elles encore entre es est-ce étaient étant eu eux faire fais faites ils j "
     "jamais jusque l laquelle là lequel lesquelles lesquels leurs lors lorsque lui m ma mes "
     "moi moins mon n ni non nos notre nôtre ouï parce pendant peu peut peuvent peux plusieurs pourquoi "
     "pouvez pouvoir puis puisque qu qu'est-ce quand quel quelle quelles quels quelque quelques quoi s sans "
     "selon sera seront serait si sommes sous soit soient suis t ta tandis te tes toi ton tous tout toute "
     "toutes très trop tu va vais vers veut veux voici voilà vos votre vôtre vont y ete etre meme tres apres "
     "a-t-il a-t-elle"},
    {"es",
     "de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me si "
     "sin sobre este ya entre cuando todo esta ser son dos también fue había era muy hasta desde está",
     "algo alguien algún alguna algunas alguno algunos ambos ante antes aquel aquella aquellas aquello "
     "aquellos aquí así aun aún aunque bajo bien cada casi contra cómo cual cuál cuales cuáles cualquier cuán "
     "cuanto cuánta cuántas cuánto cuántos cuanta cuantas cuantos cuándo debe deben debería debo dentro "
     "después despues donde dónde durante e ellas ellos eran eras eres esa esas ese eso esos estaba estaban "
     "estamos están estar estas éste esto estos estoy estuvo fueron fuera hace hacer hago haber habían hacia "
     "han has hay he hemos hizo incluso jamás junto les luego menos mi mí mis mientras mismo misma mismos "
     "mismas mucha muchas mucho muchos nada nadie ni ningún ninguna ninguno nos nosotros nosotras nuestra "
     "nuestras nuestro nuestros nunca os otra otras otro otros poco porque por-qué pues puede pueden puedo "
     "podría qué quién quien quienes quiénes quiero sea sean según segun será serán sería sí siempre sido "
     "siendo sino sois solo sólo somos soy tal tales tan tanto te tengo tenemos tener tiene tienen tenía tu "
     "tú tus usted ustedes va vamos van vosotros voy vuestra vuestro él ésta mas"},
    {"it",
     "di e che la il un a per in una è non sono da con si le i del dei della come al più ma ha nel anche lo "
     "gli su alla se questo delle o ci ed era stato cui essere degli tra dal nella dalla loro fu",
     "abbia abbiamo alcun alcuna alcune alcuni allo ai agli alle ancora aveva avevano avere avete avuto ben c "
     "chi ciò coi col contro cosa cos così d dagli dai dalle dallo davanti dell dello dentro deve devono devo "
     "dietro dopo dove dov dunque durante ebbe ecco egli ella entro erano essa esse essi esso fa fai fanno "
     "fare fin fino forse fra già ho hai hanno infatti inoltre insieme invece io l là lei li lì lui mai me "
     "medesimo meno mentre mi mia mie miei mio molta molte molti molto ne né nei negli nell nelle nello "
     "nessun nessuna nessuno niente noi nostra nostre nostri nostro nulla ogni oltre oppure ora "
     "ovvero ossia però perché perche perciò piu poco poi possa possano posso possono può puoi qua qual quale "
     "quali qualche qualcosa qualcuno quando quanta quante quanti quanto quasi quei quel quella quelle quelli "
     "quello qui quindi quest questa queste questi saranno sarà sarebbe sei sembra sempre senza sia siamo "
     "siano siete solo sopra sotto sta stai stanno stare stata state stati sua sue sugli sui sul sull sulla "
     "sulle sullo suo suoi tale tali tanta tante tanti tanto te ti tu tua tue tuo tuoi tutta tutte tutti "
     "tutto uno va vi voi vostra vostre vostri vostro"},
    {"pt",
     "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à "
     "seu sua ou ser quando muito há nos já está eu também só pelo pela até isso ela entre era são",
     "algo alguém algum alguma algumas alguns ambos antes aos apenas aquela aquelas aquele aqueles aquilo "
     "aqui assim bem cada cerca contra cuja cujas cujo cujos daquela daquele dela delas dele deles depois "
     "desde dessa desse desta deste deve devem devo disso disto durante elas eles embora enquanto entao então "
     "eram és essa essas esse esses esta estas estamos estão estar estava estavam este estes estou faz fazer "
     "faço fazem foram fosse isto lhe lhes logo me menos mesmo mesma mesmos meu meus minha minhas muita "
     "muitas muitos nas nada nem nenhum nenhuma nessa nesse nesta neste ninguém nós nossa nossas nosso nossos "
     "num numa nunca onde ora outra outras outro outros pelas pelos perante pode podem posso poderia porém "
     "porque porquê pouca pouco pois pra próprio qual quais qualquer quanta quantas quanto quantos "
     "quê quem quero quer sem sempre será serão seria sejam seja sido sim sob sobre sou somos suas tal "
     "tampouco tanta tanto te têm temos tenha tenho ter teu teus teve tinha toda todas todo todos tu tua tuas "
     "tudo umas uns vai vamos vão você vocês vos nao voce tambem sao ja so"},
    {"nl",
     "de van het een en in is dat op te die zijn voor met niet aan er om ook als dan maar bij door over uit "
     "nog naar tot heeft wordt worden deze kan werd was of hij ze meer onder haar geen wel hebben zich",
     "aangaande af al alle alleen alles andere anders beide ben bent binnen boven bovendien buiten daar "
     "daarna daarom deed den dit doe doen doet dus echter eens eerst enige enkel etc ge gehad gewoon had "
     "hadden heb hem hier hierna hoe hoeveel hun iedere ieder iemand iets ik ja je jij jou jouw jullie kon "
     "konden kunnen kun kunt laat later maakt mag me men mij mijn moest moet moeten mogen na nadat niemand "
     "niets nooit nu omdat omhoog ondanks ons onze ooit opnieuw per reeds samen sinds sommige soms steeds "
     "tegen ten ter terwijl toch toe toen totdat tussen u uw vaak vanaf vanuit veel via volgens voordat "
     "vooral waar waarom waarin waarmee waarvan waren wat wanneer want we weer welk welke werden wie wij wil "
     "willen zal zeer zei zelf zelfs zij zo zoals zonder zou zouden zullen"},
    {"da",
     "og i at det er en til af på den for med der ikke de som har et var fra om kan men vi sig han jeg man "
     "efter blev eller også skal ved hvor nu over når ud havde hun mere være bliver mellem nogle",
     "alle alt anden andet andre begge blive da dem denne deres dette dig din dine disse dit du end endnu "
     "enten eret få får før gør gøre ham hans have hende hendes her hos hvad hvem hvilke hvilken hvilket hvis "
     "hvordan hvorfor hvornår hvorfra ind ingen intet ja jeres jer kunne kommer lige lad mange meget mig min "
     "mindre mine mit måske mod må nej ned noget nogen nok op os sådan sin sine sit skulle så tage uden vil "
     "ville vor vores vær været"},
    {"no",
     "og i det er en til av på den for med ikke de som har et var fra om kan men vi seg han jeg man etter ble "
     "eller også skal ved hvor nå over når ut hadde hun mer være blir mellom noen fordi",
     "alle alt andre annet at bare begge bli blitt da dem denne dere deres dette deg din dine disse ditt du "
     "då eg ein eit ei enn ennå ett få får før gjør gjøre ham hans ha henne hennes her hos hva hvem hvilke "
     "hvilken hvilket hvis hvordan hvorfor hvorfra ikkje ingen inn ja kunne kommer kva kven korleis kvifor la "
     "lik mange meg meget min mine mitt mot mye må ned nei noe nok no oss samme selv si sin sine sitt skulle "
     "slik så uten vart vil ville vår våre vært"},
    {"sv",
     "och i att det som en på är av för med den till inte de om ett han men var jag från vid kan har hade ut "
     "så när eller vi hon sig också efter nu upp blev över mellan mot än där bara under skulle finns",
     "alla allt andra annat behöver bland blir bli blivit båda därför dem denna deras dess dessa detta dig "
     "din dina ditt du dock eftersom ej emot enligt er era ert få får före genom gör göra ha hans henne "
     "hennes hit honom hos hur huruvida icke in ingen inget inom innan ja ju kommer kunde kunna man medan mer "
     "mest mig min mina mitt mycket många måste ni nog någon något några oss rätt samma sedan sin sina sitt "
     "själv ska skall sådan sådana tills trots utan vad vara varit varför varje varken vars vart vem vems "
     "vilka vilkas vilken vilket vill vår våra ännu åt"},
    {"fi",
     "ja on ei se että oli hän mutta kun niin myös ovat joka tai sen ole kuin hänen oma olla jos mukaan jotka "
     "ne vain voi hyvin nyt ollut jo sekä mitä vielä vuonna jonka noin eli sitten tämä siitä olivat",
     "aina ehkä eivät ellei ennen entä erittäin he heidän heille heitä häneen hänellä häntä ilman itse joita "
     "johon joiden joissa jolla jolloin jonne joo joskus jossa josta jotain jota jälkeen kaikki kaikkien "
     "kanssa kautta kenen kenet keneltä keskellä koko koska kuinka kuitenkin kumpi kuten kyllä lisäksi luona "
     "me meidän meille meitä mihin mikä miksi millainen millä milloin minkä minne minun minulle minua minä "
     "missä mistä miten moni monta monet montako mukana muu muut muuta muun myöskin niiden niille niitä nuo "
     "näiden nämä näitä olen olet olemme olette olevan olisi olisivat ota paitsi paljon paremmin pitää "
     "pitäisi päällä siellä siihen siinä siis sillä silloin sinun sinulle sinua sinä sitä suurin sisällä taas "
     "tarpeeksi te teidän teille toinen tuo tuon tuossa tuolla tulee tulla tämän tänne tässä täällä vaan "
     "vaikka varten vastaan voidaan voin voit voivat vähän yli ympäri"},
    {"hu",
     "a az és hogy nem is egy ez meg volt csak de el még már ha mint azt van vagy ki sem fel után kell én "
     "lehet amely mert pedig ami így majd be le aki ezt úgy ezek két sok mely nagy első",
     "abban ahhoz ahogy ahol akik akkor alatt amelyek amelyet amit amíg annak arra arról át azok azon azonban "
     "aztán azután azzal belül benne bár cikk e eddig egész egyéb egyes egyetlen egyik egyre ekkor elég ellen "
     "elő először előtt emilyen ennek erre ezen ezért ezzel felé fog hanem hiszen hogyan hol honnan hova hány "
     "hiába igen ill ilyen ilyenkor inkább ismét itt jó jobban kellett keresztül kívül között közül legalább "
     "legyen lehetett lenne lenni lesz lett maga magát melyek merre mi miért mikor milyen mind minden "
     "mindenki mindig mintha mit mivel most más másik míg ne nekem neki nélkül nincs ő ők őket össze olyan "
     "ott persze s saját se semmi sokat sokkal számára szemben szerint szinte tehát teljes tovább továbbá "
     "több ugyanis új újabb újra utána utolsó vagyok vagyunk valaki valami valamint vannak vele vissza "
     "viszont volna voltak voltam"},
    {"ro",
     "de și în a la pe cu care nu din că se un o pentru este mai sau prin sunt ce au fost ca dar al lor lui "
     "fi său ale era după cel acest această cele până unei unui fără foarte ai te dintre",
     "acea aceasta aceea acei aceia acela acele acelea aceste acestea aceşti acești acolo acum adică aici alt "
     "alta altă alte alți altul am amândoi ar are asta astea asemenea astfel aș ați atât atâta avea avem "
     "aveți avut bine căci când cărei cărui câte câți cât câtă ceea cei ceva chiar cine cineva către cui cum "
     "cumva da dacă datorită deci deja deși doar e ea ei ele eu esti eşti ești face fac fie fiecare fiind i "
     "iar ii îi îl împotriva in încât încă îmi îți între însă le li mă mea mei mele meu mi mie mine mult "
     "multă multe mulți ne nici niciun nimeni nimic niște noastră noastre noi nostru noștri nouă oare ori "
     "oricare orice oricine oricum parcă peste pot poate puțin prea sa să săi sale si sunteți suntem ta tăi "
     "tale ti toată toate tot toți totuși tu tău una unde unele uneori unii unor unul va vă voastră voi vom "
     "vor vostru vreo vreun"},
    {"tr",
     "ve bir bu da de için ile olarak çok daha en gibi olan ne o ya kadar sonra var değil ki her ise veya "
     "göre olduğu oldu ilk ancak iki yok şey ama diye hem bunu olması onun mi",
     "acaba altı altmış arada aslında ayrıca bana bazı bazıları belki ben benden beni benim beri bile birçok "
     "biri birkaç birşey biz bize bizden bizi bizim böyle böylece buna bunda bundan bunlar bunları bunların "
     "burada çünkü dahi defa diğer dolayı edecek eden ederek edilen ediyor eğer etmesi etti ettiği gene halen "
     "hangi hani hatta henüz hep hepsi herhangi herkes hiç hiçbir ilgili işte itibaren karşın kendi kendini "
     "kendisi kez kim kimden kime kimi kimin kimse mı mu mü mıdır midir mudur nasıl neden nedenle nedir neler "
     "nere nerede nereye nereden niçin niye olacak olduğunu olsa olup olursa ona ondan onlar onlardan onları "
     "onların onu öyle oysa pek rağmen sadece sana sanki sen senden seni senin siz size sizden sizi sizin şu "
     "şuna şunda şundan şunu tarafından tüm üzere vardır yani yapmak yapılır yine yoksa zaten"},
    {"ca",
     "de la i a que el en un els per les del una amb és no al com es va més dels o seva són ser seu ha però "
     "fou també entre aquest hi aquesta fins quan sobre molt anys pels sense dos tot era van",
     "això aixa algun alguna alguns ambdós aquell aquella aquells aquests aquí cal cap cada contra cosa d' "
     "dalt des després doncs durant ella ells em encara ens eren eres està estan estava et fa fer hem han has "
     "havia he ho jo l' li llavors m' me mateix mentre mes meu meva molta molts n' ni nosaltres nostre on oh "
     "pel perquè poc pot poden puc qual quals quant quanta quants què qui quin quina quines quins s' se "
     "segons si sóc som sou suc tan tant te tenir tens teu teva tota tothom tots uns vaig vam vosaltres "
     "vostre"},
    {"id",
     "yang dan di dengan untuk dari pada ini itu dalam tidak ke adalah oleh sebagai akan juga atau karena "
     "telah ada mereka dapat bisa lebih saya kami sudah para satu kita dia tersebut",
     "aku anda apa apakah apabila atas bagaimana bagi bahwa banyak beberapa begitu belum berapa bila bisakah "
     "boleh bukan cara dahulu demikian dimana dong guna hal hanya harus hingga ia ialah itulah jadi jangan "
     "jika kalau kamu kemana kenapa kepada ketika lagi lain lalu maka mana masih mengapa menjadi meski milik "
     "misalnya namun nya pernah pun saat saja sambil sampai sangat sebab sebelum sebuah secara sedang "
     "sehingga sejak selama semua seorang seperti serta sesuatu setelah setiap siapa sini supaya tanpa tapi "
     "tentang terhadap tetapi tiap walaupun yaitu yakni"},
    {"pl",
     "i w z na się do nie to że jest o jak po co a za od tak przez ale dla był są tym tego może czy oraz ze "
     "które tylko przy już go jego być który było pod lub także jej ich",
     "aby ach aczkolwiek albo ależ ani aż bardzo bez bo bowiem byli byłam byłem by bym ci ciebie cię coraz "
     "coś cóż czego czemu czyj czyli czym czasem daleko dlaczego dlatego dobrze dokąd dość dwa dzisiaj gdy "
     "gdyby gdyż gdzie gdziekolwiek ile ilu im inna inne inny innych ja jakaś jakby jaki jakichś jakie "
     "jakiego jakiej jakim jakiś jako jakoś jemu jestem jesteś jeszcze jeśli jeżeli ją kiedy kim kimś kto "
     "ktokolwiek która którego której którym których którzy ktoś ku lecz ma mają mam mamy mi mimo między mną "
     "mnie moje mogą można mój moja muszę musi my nad nam nami nas nasz nasza nasze natomiast nawet nic nich "
     "niech nim niż no obok około on ona one oni ono owszem podczas ponad ponieważ poza prawie proszę "
     "przecież przed przede sam skąd ta tam taka takich taki takie te tej ten toteż tobą tobie trzeba tu "
     "twoja twoje twój ty tych tymi u wam wami was wasz we według wiele wielu więc wszyscy wszystkich "
     "wszystkie wszystkim wszystko wtedy wy zapewne zawsze zeby żaden żadna żadne żadnych żeby"},
    {"cs",
     "a se v na je že s z do i to o k ve pro jako by za jsem ale po co jeho byl aby také která který už podle "
     "jen byla bylo nebo jsou při není tak od před které však až má",
     "ani asi bez bude budeš budou byli bych být chce což cz další dnes ho jak jaká jaké jaký jakou její "
     "jejich jemu jenž ještě ji jí jich jim jiný jiné jsme jste kam kde kdo kdy když kolik kterého kterou ke "
     "kvůli ma mají máme máš mě mezi mi mít mně mnou můj musí můžu může můžeme my nad nám námi nás náš naše "
     "nechť nějaký něj něm nemu než ni nic nich ním on ona oni ono pak pod pokud pouze proč protože první "
     "přes proto prosím roku sama sebe si snad sobě svůj své svých ta takže tam tato tebe ten tento těch tím "
     "této ti tobě tohoto tohle tomu tu tuto tvůj ty tyto u vám vámi vás váš vaše více všechno všechny vy zda "
     "ze"},
    {"sk",
     "a sa v na je že s z do aj to o k vo pre ako by za som ale po čo jeho bol aby tiež ktorá ktorý už podľa "
     "len bola bolo alebo sú pri nie tak od pred ktoré však až má",
     "aké aká akého akým aký ani asi bez boli budem budeme budete bude budú byť cez či čím ho i ich im iba "
     "iný iné ja jej jemu ju kam kde kedy keď kto ktorého ktorou ktorých kým ku koľko lebo ma majú mať mám "
     "máme máš medzi mi mňa mne mnou môj môže môžem môžeme musí my nad nám nami nás náš naše než nich nič "
     "nimi on ona oni ono potom pod pokiaľ prečo pretože seba si sme so ste svoj svoje ta takže tam táto teda "
     "ten tento tie tieto toho tomu tom tu tvoj ty tým u vám vás váš vaše viac všetko všetky vy zo"},
    {"hr",
     "i je u na se da za su od s a o kao ne koji iz što do bi te ili koja to će ali nije biti prema samo sve "
     "kako više još bio također nakon kod bila koje može već",
     "ako bih bili bilo bismo biste bude budem budu dakle dok ga gdje hoće hoću iako ih ikada im ja jer jesam "
     "jesi jest jesu jim joj ju kada kad kamo koga kojeg kojem kojih kojim koliko kroz kuda li me mene meni "
     "mi mimo mogu mora moj moja moje moju mu nad nam nama nas naš naša naše nego neka neki nekog neku nema "
     "netko neće nešto ni nikada niti njega njemu njen njih njim njima nju odmah on ona oni ono ova ovaj ove "
     "ovo pa pak po pod pored prije radi sam sebe sebi si smo ste sva svi svoj svog svoje šta ta tada taj "
     "tako tebe tebi ti tko toj tome tu tvoj uz va vam vama vas vaš vi vrlo zar zašto zbog"},
    {"vi",
     "và của là các có được trong cho không với một này những người đã để khi từ về cũng như đến năm ra vào "
     "nhiều tại theo trên đó hay",
     "ai anh bao nhiêu bằng bị bởi cả cái cần càng chỉ chiếc chứ chưa chuyện cứ cùng do đang đây đều điều "
     "dưới gì giữa hơn hết họ lại lên lúc mà mỗi mình nào nên nếu ngay nhưng nó nơi nữa phải qua rằng rất rồi "
     "sau sao sẽ so sự thì tôi trước từng vẫn vậy vì việc vừa bạn đâu thế ở nay"},
    {"ru",
     "и в не на что с по как к это из у за для от но его он же так все о был или бы при до мы ее уже они том "
     "была были их году если чем было еще нет",
     "а без более больше будет будто быть вам вас ваш ваша ваше ваши вдруг ведь во вот впрочем всегда всего "
     "всех всю всё вы где да даже два другой другая другие ему есть ещё её ж зачем здесь им иногда ими ка "
     "каждый какая какие какой каком какого какое какую когда кого кому кто куда ли лучше между меня мне "
     "много может можно мой моя мои надо наконец нас наш него нее ней нельзя нему ни нибудь никогда ним них "
     "ничего ну об один она опять откуда очень перед под после потом потому почему почти про раз разве сам "
     "свое свою себе себя сейчас сколько со совсем такая также такие такой там тебя тем теперь то тогда того "
     "тоже только тот тут ты уж хорошо хоть чего чей через чтоб чтобы чуть эти этим этих этого этой этом этот "
     "эту является являются я должен должна должны могу могут нужно"},
    {"uk",
     "і в не на що з у та до як це за для від але його він же так все про був або би при й є вони була може "
     "були їх також році якщо ніж було ще які який",
     "а аби адже без буде будуть бути вам вас ваш весь ви во вона воно всі всього де дуже ж зі із її їй їм ї "
     "йому коли кого кожен ким кому котрий куди лише ли має мають мене мені ми між міг могли можна мій моя "
     "навіть нас наш нею неї ним них ні ну о об один одна однак по під після поки проте сам саме свій свої "
     "себе скільки собі така такий там тебе тим тих то тобі того тоді той тому ту тут усе усі хоч хто цей "
     "цього цьому ця ці чи чим чого чому щоб яка яке яких якого якої"},
    {"bg",
     "на и да се от в за е не с по са като до че си ще но това със при след той или ги през му беше има към "
     "само още може във тя",
     "а ако ала бе би бил била били било бих близо бъдат бъде бяха вас ваш ваша вече ви вие винаги все всеки "
     "всички всичко всяка въпреки върху где го дали докато докога дори друг друга други един една едно ето "
     "зад заедно заради защо защото им имат как каква какво какъв както каквито кога когато кое което кои "
     "които кой който колко която къде където ли м ме между мен ми мнозина мога могат моля моят над най "
     "направи нас него нещо нея ни ние никой нито някои някой обаче около освен особено отгоре отново пак "
     "повече под поне поради почти преди пред пък сега според сред срещу сте съм също т тази така такива "
     "такъв там твой те тези ти тн тогава този толкова точно трябва тук тъй тях у чрез що щом"},
    {"sr",
     "и је у на се да за су од са а о као не који из што до би те или која то ће али није бити само све како "
     "више још био код била које може већ",
     "ако били било бих бисмо бићу дакле где го док ево ја јер јесте ју када камо кога којег којем којих "
     "којим колико кроз куда ли ме мене мени ми могу мора мој моја моје му над након нам нама нас наш него "
     "нека неки неко нема никада нико ништа нити њега њему њен њих њима њу он она они оно ова овај ове ово па "
     "по под поред пре сам сваки себе себи си смо сте сви свој своје та тада тај тако тебе теби ти ту твој уз "
     "вам вас ваш ви врло зар зашто због шта"},
    {"ar",
     "في من على إلى أن عن مع هذا التي الذي هذه كان لا ما أو كما ذلك بعد قد كانت بين هو لم وقد هي وفي كل عند "
     "ثم حيث غير تم بن قبل خلال إن ومن",
     "أنا أنت أنتم نحن هم هما هن هؤلاء أولئك تلك اللذان الذين اللتي اللاتي أي أية أين متى كيف كم لماذا ماذا "
     "مما عما ممن هل أم بل لكن لكنه ولكن إذا إذ إنه أنه أنها إنها كانوا يكون تكون ليس ليست لن سوف فقد ولا وما "
     "فيه فيها منه منها عليه عليها إليه إليها به بها له لها لهم عنه عنها نحو عبر ضد دون أمام خلف فوق تحت كلا "
     "بعض جميع نفس أيضا أيضًا حتى منذ مثل ذات ذو لأن لكي كي يمكن يجب"},
    {"fa",
     "در به از که این را با است برای آن یک شد خود تا بر بود هم نیز شده می ها اما یا وی پس دیگر باید شود هر ای "
     "های بین آنها او",
     "من تو ما شما ایشان چه چی چرا چگونه چطور کجا کی کدام چند چقدر آیا هست هستند هستم نیست نیستند بوده بودن "
     "بودند شوند شدن کرد کرده کردن کند کنند می‌شود می‌کند می‌کنند همین همان همه هیچ بعضی برخی چون "
     "زیرا "
     "اگر "
     "ولی بلکه بدون درباره مورد توسط نسبت روی زیر پیش بعد قبل داشت دارد دارند دارم داشته تواند توان"},
    {"ur", "کے میں کی اور سے کا ہے کو نے پر اس یہ کہ ہیں ایک بھی تھا کر تھے جو ان گیا تو تھی ہو وہ ساتھ",
     "آپ ہم تم میرا کیا کیوں کیسے کہاں کب کون کونسا کس کسی کتنا کتنے کتنی ہوا ہوئے ہوئی ہوتا ہوتی ہوتے تھیں "
     "جس جن لیکن مگر یا پھر اگر تک بعد پہلے اپنے اپنی اپنا والے والی والا دیا دیے گئے گئی سکتا سکتے سکتی "
     "چاہیے نہیں نہ بہت"},
    {"hi", "के की है और को से का ने पर यह कि एक भी था इस जो कर हो ही थे तक या",
     "में हैं नहीं क्या कौन कौनसा कब कहाँ कहां कैसे क्यों कितना कितने कितनी किस किसने किसी किसका जिस जिसने "
     "जिन उस उन उनके उसके उसकी उनकी इसके इसकी इन इनके मैं हम तुम आप वह वे ये अपने अपनी अपना लिए साथ बाद पहले "
     "द्वारा लेकिन परंतु अगर यदि तो होता होती होते हुआ हुई हुए गया गए गई रहा रहे रही सकता सकते सकती चाहिए "
     "बहुत कुछ सभी न ना मत थी"},
    {"el", "",
     "ο η το οι τα του της των τον την τους τις ένα ένας μια μία και κι ή να θα δεν δε μη μην είναι ήταν "
     "είμαι είσαι είμαστε έχει έχουν έχω είχε είχαν που πού πως πώς πότε ποιος ποια ποιο ποιοι ποιες ποιον τι "
     "γιατί πόσο πόσα πόσες πόσοι πόσος για με σε στο στη στην στον στα στους στις από ως προς κατά μετά παρά "
     "αντί χωρίς μέχρι όταν αν εάν ότι αλλά όμως όπως όσο επίσης αυτό αυτή αυτός αυτά αυτές αυτοί αυτών εγώ "
     "εσύ εμείς εσείς μου σου μας σας πολύ πιο μόνο κάθε όλα όλοι όλες κάποιος κάποια κάτι εκεί εδώ μπορώ "
     "μπορεί μπορούμε πρέπει"},
};

/// What of Japanese is written in hiragana and holds sentences together: particles, the words that ask and point,
/// auxiliary verbs and endings.
inline constexpr std::string_view hiragana_function_words =
    "は が を に で と も の へ や か よ ね な から まで より だけ など って という とは では には にも でも ても ては "
    "たら "
    "れば です でした ます ました ません ましょう でしょう だ だった である か いつ どこ だれ どなた なに なん どう "
    "どの どれ "
    "どんな どちら いくら いくつ なぜ どうして どうすれば どうやって どのくらい どれくらい いい よい これ それ あれ "
    "ここ そこ "
    "この その あの こと もの とき ため よう まま する した して しました します している せず いる いた ある あった "
    "なる なった "
    "なり れる られる れた られた れて られて たい ない なく なければ ください くださる できる できた でき もらう "
    "もらえ あり い "
    "いけ ならない";

}  // namespace quarry::analyze
