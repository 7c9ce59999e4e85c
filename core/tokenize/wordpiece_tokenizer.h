#pragma once

#include <memory>
#include <string_view>

#include "core/tokenize/tokenizer.h"

namespace quarry::tokenize {

/// Counts the WordPiece tokens of BERT's models by a vocabulary file: one token a line, "##" before those that
/// continue a word, "[UNK]" among them.
///
/// Text is prepared as BERT's BasicTokenizer does: controls are removed, Chinese characters stand alone, punctuation
/// is split off, and for uncased vocabularies letters are made lower case and lose their accents. A word of more than
/// 100 characters, or one that the vocabulary cannot build, is one [UNK]. [CLS] and [SEP] are not counted.
///
/// `path` may end in "@cased" or "@uncased"; otherwise a vocabulary in which no token has an upper-case letter (those
/// in brackets aside) is uncased. Throws Error(failed) for a file that cannot be read or is no such vocabulary.
[[nodiscard]] std::unique_ptr<Tokenizer> read_wordpiece_tokenizer(std::string_view path);

}  // namespace quarry::tokenize
