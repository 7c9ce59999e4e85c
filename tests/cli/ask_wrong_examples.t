Questions that people asked of foreign documentation, and that were once answered by a sentence about something else.
Each has a small document that models the case. A first line that only names a neighbour would be the wrong answer.

A comparison is answered by what has both things, not by one of them and a third:

  $ mkdir compare default code define pronoun operator
  $ cat > compare/strings.md <<'EOF'
  > # Strings
  > 
  > The difference between a `char` and a `byte` is that a `char` has four bytes.
  > 
  > A `String` owns its text and can grow, while a `str` is a view of text that something else owns.
  > 
  > A `String` is often made from a file.
  > EOF
  $ quarry ingest -q --base compare.db compare
  $ quarry ask -q --base compare.db 'What is the difference between String and str?' | grep -m 1 -o 'A `String` owns[^,]*'
  A `String` owns its text and can grow

A value is asked for: the one of this parameter, not any sentence that says "by default":

  $ cat > default/export.md <<'EOF'
  > # Export-Csv
  > 
  > By default, the first line has the names of the columns.
  > 
  > ## Parameters
  > 
  > ### -Encoding
  > 
  > Specifies the encoding of the file. The default value is `utf8NoBOM`.
  > 
  > ### -Delimiter
  > 
  > Specifies what is between values. The default is a comma.
  > EOF
  $ quarry ingest -q --base default.db default
  $ quarry ask -q --base default.db 'Which encoding does Export-Csv use by default?' | head -1 | grep -o 'utf8NoBOM'
  utf8NoBOM

A way to do something comes with the code below the sentence:

  $ cat > code/branch.md <<'EOF'
  > # Branches
  > 
  > A branch has a name, and you may rename it.
  > 
  > To rename the branch that you are on, run:
  > 
  > ```
  > git branch -m NEW
  > ```
  > EOF
  $ quarry ingest -q --base code.db code
  $ quarry ask -q --base code.db 'How do I rename a branch?' | grep -m 1 -o 'git branch -m NEW'
  git branch -m NEW

A definition, not an advantage:

  $ cat > define/ownership.md <<'EOF'
  > # Memory
  > 
  > The advantage of ownership is that no collector is needed.
  > 
  > ## Ownership
  > 
  > Ownership is a set of rules that govern how a program manages memory.
  > EOF
  $ quarry ingest -q --base define.db define
  $ quarry ask -q --base define.db 'What is ownership?' | head -1 | grep -o 'Ownership is a set of rules'
  Ownership is a set of rules

A sentence that begins with "This" brings the one before it:

  $ cat > pronoun/tables.md <<'EOF'
  > # Tables
  > 
  > `CREATE TABLE b AS SELECT * FROM a` copies rows. This creates the same table that we saw above.
  > EOF
  $ quarry ingest -q --base pronoun.db pronoun
  $ quarry ask -q --base pronoun.db 'How do I create the same table?' | head -1 | grep -o 'CREATE TABLE b AS SELECT'
  CREATE TABLE b AS SELECT

Sentences are not cut within code and quotation marks:

  $ cat > operator/errors.md <<'EOF'
  > # Errors
  > 
  > ## The ? operator
  > 
  > The `?` operator returns the error from the function if there is one.
  > EOF
  $ quarry ingest -q --base operator.db operator
  $ quarry ask -q --base operator.db 'What does the ? operator do?' | head -1 | grep -o 'The `?` operator returns the error'
  The `?` operator returns the error
  $ printf 'Mr. Smith said "Stop! Now." and left.\n' > smith.md; quarry ingest -q --base smith.db smith.md
  $ quarry ask -q --base smith.db 'Who said stop and left?' | head -1 | grep -o 'Mr. Smith said "Stop! Now." and left.'
  Mr. Smith said "Stop! Now." and left.

  $ mkdir quotes
  $ cat > quotes/fehler.md <<'EOF'
  > # Fehler
  > 
  > In Abschnitt [„Wann `panic!` verwenden?“](ch09-03.md) steht mehr davon.
  > 
  > Ein Programm soll `panic!` verwenden, wenn es in einem Zustand ist, den es nicht beheben kann.
  > EOF
  $ quarry ingest -q --base quotes.db quotes
  $ quarry ask -q --answer-only --base quotes.db 'Wann sollte ich panic! verwenden?'
  In Abschnitt „Wann `panic!` verwenden?“ steht mehr davon.
  Ein Programm soll `panic!` verwenden, wenn es in einem Zustand ist, den es nicht beheben kann.

Marks of block quotes, comments and the targets of links are no part of a sentence:

  $ mkdir marks
  $ cat > marks/memory.md <<'EOF'
  > # Memory
  > 
  > > Knowing that the purpose of
  > > ownership is to manage heap data
  > > explains why it works as it does.
  > 
  > # Installation
  > 
  > To install Rust on Windows, go to [the page of
  > installers][install]<!-- ignore --> and follow the instructions.
  > 
  > [install]: https://example.org/install
  > EOF
  $ quarry ingest -q --base marks.db marks
  $ quarry ask -q --base marks.db 'What is the purpose of ownership?' | head -1 | grep -o 'purpose of.*heap data'
  purpose of ownership is to manage heap data
  $ quarry ask -q --base marks.db 'How do I install Rust on Windows?' | grep -m 1 -o 'To install Rust .*'
  To install Rust on Windows, go to the page of installers and follow the instructions. [1]

The head of a file is not quoted:

  $ mkdir head
  $ cat > head/solaris.md <<'EOF'
  > ---
  > title: Solaris
  > description: How to install PowerShell on Solaris.
  > ms.date: 2026-01-01
  > answer: |
  >   No, you do not need to install PowerShell on Solaris.
  > ---
  > # Solaris
  > 
  > PowerShell cannot be installed on Solaris.
  > EOF
  $ quarry ingest -q --base head.db head
  $ quarry ask -q --base head.db 'How do I install PowerShell on Solaris?' | grep -o 'PowerShell cannot be installed on Solaris\|answer:\|ms.date'
  PowerShell cannot be installed on Solaris

Questions in other languages are answered, beside documents in further ones:

  $ mkdir leave
  $ printf '# Ferien\n\nJede Mitarbeiterin hat 25 Tage Ferien im Jahr.\n' > leave/de.md
  $ printf '# Vacances\n\nChaque salari\303\251 a cinq semaines de vacances par an.\n' > leave/fr.md
  $ printf '# \344\274\221\346\232\207\n\n\346\234\211\347\265\246\344\274\221\346\232\207\343\201\257\345\271\264\343\201\25325\346\227\245\343\201\247\343\201\231\343\200\202\n' > leave/ja.md
  $ quarry ingest -q --base leave.db leave
  $ quarry ask -q --base leave.db 'Wie viele Tage Ferien habe ich?' | head -1 | grep -o '25 Tage Ferien'
  25 Tage Ferien
  $ quarry ask -q --base leave.db "$(printf '\346\234\211\347\265\246\344\274\221\346\232\207\343\201\257\344\275\225\346\227\245\343\201\247\343\201\231\343\201\213\357\274\237')" | head -1 | grep -o '25'
  25

What a question is about counts, not the words that ask:

  $ mkdir asked
  $ printf '# Spesen\n\nDer Standardwert f\303\274r die Kilometerpauschale ist 0,30 Euro.\n' > asked/de.md
  $ printf '# Cong\303\251s\n\nChaque employ\303\251 a 27 jours de cong\303\251 par an.\n\nUn acompte est une avance sur le salaire.\n' > asked/fr.md
  $ printf '# Vacaciones\n\nUn adelanto es un pago antes de la fecha de la n\303\263mina.\n' > asked/es.md
  $ printf '# \320\236\321\202\320\277\321\203\321\201\320\272\n\n\320\221\320\276\320\273\321\214\320\275\320\270\321\207\320\275\321\213\320\271 \342\200\224 \321\215\321\202\320\276 \320\276\321\202\320\277\321\203\321\201\320\272 \320\277\320\276 \320\261\320\276\320\273\320\265\320\267\320\275\320\270.\n' > asked/ru.md
  $ printf '# \345\271\264\345\201\207\n\n\346\257\217\344\275\215\345\221\230\345\267\245\346\257\217\345\271\264\346\234\21115\345\244\251\345\271\264\345\201\207\343\200\202\n\n\345\277\253\347\205\247\346\230\257\345\215\267\347\232\204\345\206\273\347\273\223\345\211\257\346\234\254\343\200\202\n' > asked/zh.md
  $ quarry ingest -q --base asked.db asked
  $ has() { quarry ask -q --base asked.db "$(printf "$1")" | head -1 | grep -c "$(printf "$2")"; }
  $ has 'Wie hoch ist die Kilometerpauschale?' '0,30 Euro'
  1
  $ has 'Combien de jours de cong\303\251 ai-je ?' '27 jours'
  1
  $ has 'Qu\047est-ce qu\047un acompte ?' 'avance sur le salaire'
  1
  $ has '\302\277Qu\303\251 es un adelanto?' 'pago antes de la fecha'
  1
  $ has '\320\247\321\202\320\276 \321\202\320\260\320\272\320\276\320\265 \320\261\320\276\320\273\321\214\320\275\320\270\321\207\320\275\321\213\320\271?' '\320\277\320\276 \320\261\320\276\320\273\320\265\320\267\320\275\320\270'
  1
  $ has '\346\210\221\346\234\211\345\207\240\345\244\251\345\271\264\345\201\207\357\274\237' '15'
  1
  $ has '\344\273\200\344\271\210\346\230\257\345\277\253\347\205\247\357\274\237' '\345\277\253\347\205\247\346\230\257\345\215\267\347\232\204\345\206\273\347\273\223\345\211\257\346\234\254'
  1

And refused where the documents are about something else:

  $ mkdir toast
  $ printf '# Enums\n\n```rust\nprintln!("Ich m\303\266chte {}-Toast", meal.toast);\n```\n\nEin Enum hat Varianten.\n' > toast/rust.md
  $ quarry ingest -q --base toast.db toast
  $ quarry ask -q --base toast.db 'Wie backe ich einen Apfelkuchen?'
  error: the documents do not say
  caused by: nothing in the knowledge base fits the question
  hint: use words from the documents, or see what is there: quarry search WORDS
  [10]
