import { type Charset, charsetNamed, UTF8 } from '../../bytes/charset.ts';

/**
 * Every collation of MySQL 9.7 and MariaDB 10.11 by id, in runs of consecutive ids. Read off the
 * servers (fixtures/record/README.md has the query); where the two disagree, MySQL's name stands.
 * They never disagree about the character set.
 */
const RUNS: readonly (readonly [firstId: number, names: string])[] = [
  [
    1,
    `big5_chinese_ci latin2_czech_cs dec8_swedish_ci cp850_general_ci latin1_german1_ci
    hp8_english_ci koi8r_general_ci latin1_swedish_ci latin2_general_ci swe7_swedish_ci
    ascii_general_ci ujis_japanese_ci sjis_japanese_ci cp1251_bulgarian_ci latin1_danish_ci
    hebrew_general_ci`,
  ],
  [
    18,
    `tis620_thai_ci euckr_korean_ci latin7_estonian_cs latin2_hungarian_ci koi8u_general_ci
    cp1251_ukrainian_ci gb2312_chinese_ci greek_general_ci cp1250_general_ci latin2_croatian_ci
    gbk_chinese_ci cp1257_lithuanian_ci latin5_turkish_ci latin1_german2_ci armscii8_general_ci
    utf8mb3_general_ci cp1250_czech_cs ucs2_general_ci cp866_general_ci keybcs2_general_ci
    macce_general_ci macroman_general_ci cp852_general_ci latin7_general_ci latin7_general_cs
    macce_bin cp1250_croatian_ci utf8mb4_general_ci utf8mb4_bin latin1_bin latin1_general_ci
    latin1_general_cs cp1251_bin cp1251_general_ci cp1251_general_cs macroman_bin
    utf16_general_ci utf16_bin utf16le_general_ci cp1256_general_ci cp1257_bin cp1257_general_ci
    utf32_general_ci utf32_bin utf16le_bin binary armscii8_bin ascii_bin cp1250_bin cp1256_bin
    cp866_bin dec8_bin greek_bin hebrew_bin hp8_bin keybcs2_bin koi8r_bin koi8u_bin
    utf8mb3_tolower_ci latin2_bin latin5_bin latin7_bin cp850_bin cp852_bin swe7_bin utf8mb3_bin
    big5_bin euckr_bin gb2312_bin gbk_bin sjis_bin tis620_bin ucs2_bin ujis_bin
    geostd8_general_ci geostd8_bin latin1_spanish_ci cp932_japanese_ci cp932_bin
    eucjpms_japanese_ci eucjpms_bin cp1250_polish_ci`,
  ],
  [
    101,
    `utf16_unicode_ci utf16_icelandic_ci utf16_latvian_ci utf16_romanian_ci utf16_slovenian_ci
    utf16_polish_ci utf16_estonian_ci utf16_spanish_ci utf16_swedish_ci utf16_turkish_ci
    utf16_czech_ci utf16_danish_ci utf16_lithuanian_ci utf16_slovak_ci utf16_spanish2_ci
    utf16_roman_ci utf16_persian_ci utf16_esperanto_ci utf16_hungarian_ci utf16_sinhala_ci
    utf16_german2_ci utf16_croatian_ci utf16_unicode_520_ci utf16_vietnamese_ci`,
  ],
  [
    128,
    `ucs2_unicode_ci ucs2_icelandic_ci ucs2_latvian_ci ucs2_romanian_ci ucs2_slovenian_ci
    ucs2_polish_ci ucs2_estonian_ci ucs2_spanish_ci ucs2_swedish_ci ucs2_turkish_ci
    ucs2_czech_ci ucs2_danish_ci ucs2_lithuanian_ci ucs2_slovak_ci ucs2_spanish2_ci
    ucs2_roman_ci ucs2_persian_ci ucs2_esperanto_ci ucs2_hungarian_ci ucs2_sinhala_ci
    ucs2_german2_ci ucs2_croatian_ci ucs2_unicode_520_ci ucs2_vietnamese_ci`,
  ],
  [
    159,
    `ucs2_general_mysql500_ci utf32_unicode_ci utf32_icelandic_ci utf32_latvian_ci
    utf32_romanian_ci utf32_slovenian_ci utf32_polish_ci utf32_estonian_ci utf32_spanish_ci
    utf32_swedish_ci utf32_turkish_ci utf32_czech_ci utf32_danish_ci utf32_lithuanian_ci
    utf32_slovak_ci utf32_spanish2_ci utf32_roman_ci utf32_persian_ci utf32_esperanto_ci
    utf32_hungarian_ci utf32_sinhala_ci utf32_german2_ci utf32_croatian_ci utf32_unicode_520_ci
    utf32_vietnamese_ci`,
  ],
  [
    192,
    `utf8mb3_unicode_ci utf8mb3_icelandic_ci utf8mb3_latvian_ci utf8mb3_romanian_ci
    utf8mb3_slovenian_ci utf8mb3_polish_ci utf8mb3_estonian_ci utf8mb3_spanish_ci
    utf8mb3_swedish_ci utf8mb3_turkish_ci utf8mb3_czech_ci utf8mb3_danish_ci
    utf8mb3_lithuanian_ci utf8mb3_slovak_ci utf8mb3_spanish2_ci utf8mb3_roman_ci
    utf8mb3_persian_ci utf8mb3_esperanto_ci utf8mb3_hungarian_ci utf8mb3_sinhala_ci
    utf8mb3_german2_ci utf8mb3_croatian_ci utf8mb3_unicode_520_ci utf8mb3_vietnamese_ci`,
  ],
  [
    223,
    `utf8mb3_general_mysql500_ci utf8mb4_unicode_ci utf8mb4_icelandic_ci utf8mb4_latvian_ci
    utf8mb4_romanian_ci utf8mb4_slovenian_ci utf8mb4_polish_ci utf8mb4_estonian_ci
    utf8mb4_spanish_ci utf8mb4_swedish_ci utf8mb4_turkish_ci utf8mb4_czech_ci utf8mb4_danish_ci
    utf8mb4_lithuanian_ci utf8mb4_slovak_ci utf8mb4_spanish2_ci utf8mb4_roman_ci
    utf8mb4_persian_ci utf8mb4_esperanto_ci utf8mb4_hungarian_ci utf8mb4_sinhala_ci
    utf8mb4_german2_ci utf8mb4_croatian_ci utf8mb4_unicode_520_ci utf8mb4_vietnamese_ci
    gb18030_chinese_ci gb18030_bin gb18030_unicode_520_ci`,
  ],
  [
    255,
    `utf8mb4_0900_ai_ci utf8mb4_de_pb_0900_ai_ci utf8mb4_is_0900_ai_ci utf8mb4_lv_0900_ai_ci
    utf8mb4_ro_0900_ai_ci utf8mb4_sl_0900_ai_ci utf8mb4_pl_0900_ai_ci utf8mb4_et_0900_ai_ci
    utf8mb4_es_0900_ai_ci utf8mb4_sv_0900_ai_ci utf8mb4_tr_0900_ai_ci utf8mb4_cs_0900_ai_ci
    utf8mb4_da_0900_ai_ci utf8mb4_lt_0900_ai_ci utf8mb4_sk_0900_ai_ci utf8mb4_es_trad_0900_ai_ci
    utf8mb4_la_0900_ai_ci`,
  ],
  [273, 'utf8mb4_eo_0900_ai_ci utf8mb4_hu_0900_ai_ci utf8mb4_hr_0900_ai_ci'],
  [
    277,
    `utf8mb4_vi_0900_ai_ci utf8mb4_0900_as_cs utf8mb4_de_pb_0900_as_cs utf8mb4_is_0900_as_cs
    utf8mb4_lv_0900_as_cs utf8mb4_ro_0900_as_cs utf8mb4_sl_0900_as_cs utf8mb4_pl_0900_as_cs
    utf8mb4_et_0900_as_cs utf8mb4_es_0900_as_cs utf8mb4_sv_0900_as_cs utf8mb4_tr_0900_as_cs
    utf8mb4_cs_0900_as_cs utf8mb4_da_0900_as_cs utf8mb4_lt_0900_as_cs utf8mb4_sk_0900_as_cs
    utf8mb4_es_trad_0900_as_cs utf8mb4_la_0900_as_cs`,
  ],
  [296, 'utf8mb4_eo_0900_as_cs utf8mb4_hu_0900_as_cs utf8mb4_hr_0900_as_cs'],
  [300, 'utf8mb4_vi_0900_as_cs'],
  [
    303,
    `utf8mb4_ja_0900_as_cs utf8mb4_ja_0900_as_cs_ks utf8mb4_0900_as_ci utf8mb4_ru_0900_ai_ci
    utf8mb4_ru_0900_as_cs utf8mb4_zh_0900_as_cs utf8mb4_0900_bin utf8mb4_nb_0900_ai_ci
    utf8mb4_nb_0900_as_cs utf8mb4_nn_0900_ai_ci utf8mb4_nn_0900_as_cs utf8mb4_sr_latn_0900_ai_ci
    utf8mb4_sr_latn_0900_as_cs utf8mb4_bs_0900_ai_ci utf8mb4_bs_0900_as_cs utf8mb4_bg_0900_ai_ci
    utf8mb4_bg_0900_as_cs utf8mb4_gl_0900_ai_ci utf8mb4_gl_0900_as_cs utf8mb4_mn_cyrl_0900_ai_ci
    utf8mb4_mn_cyrl_0900_as_cs`,
  ],
  [576, 'utf8mb3_croatian_ci utf8mb3_myanmar_ci utf8mb3_thai_520_w2'],
  [608, 'utf8mb4_croatian_ci utf8mb4_myanmar_ci utf8mb4_thai_520_w2'],
  [640, 'ucs2_croatian_ci ucs2_myanmar_ci ucs2_thai_520_w2'],
  [672, 'utf16_croatian_ci utf16_myanmar_ci utf16_thai_520_w2'],
  [736, 'utf32_croatian_ci utf32_myanmar_ci utf32_thai_520_w2'],
  [1025, 'big5_chinese_nopad_ci'],
  [1027, 'dec8_swedish_nopad_ci cp850_general_nopad_ci'],
  [
    1030,
    `hp8_english_nopad_ci koi8r_general_nopad_ci latin1_swedish_nopad_ci latin2_general_nopad_ci
    swe7_swedish_nopad_ci ascii_general_nopad_ci ujis_japanese_nopad_ci sjis_japanese_nopad_ci`,
  ],
  [1040, 'hebrew_general_nopad_ci'],
  [1042, 'tis620_thai_nopad_ci euckr_korean_nopad_ci'],
  [1046, 'koi8u_general_nopad_ci'],
  [1048, 'gb2312_chinese_nopad_ci greek_general_nopad_ci cp1250_general_nopad_ci'],
  [1052, 'gbk_chinese_nopad_ci'],
  [1054, 'latin5_turkish_nopad_ci'],
  [1056, 'armscii8_general_nopad_ci utf8mb3_general_nopad_ci'],
  [
    1059,
    `ucs2_general_nopad_ci cp866_general_nopad_ci keybcs2_general_nopad_ci macce_general_nopad_ci
    macroman_general_nopad_ci cp852_general_nopad_ci latin7_general_nopad_ci`,
  ],
  [1067, 'macce_nopad_bin'],
  [1069, 'utf8mb4_general_nopad_ci utf8mb4_nopad_bin latin1_nopad_bin'],
  [1074, 'cp1251_nopad_bin cp1251_general_nopad_ci'],
  [
    1077,
    `macroman_nopad_bin utf16_general_nopad_ci utf16_nopad_bin utf16le_general_nopad_ci
    cp1256_general_nopad_ci cp1257_nopad_bin cp1257_general_nopad_ci utf32_general_nopad_ci
    utf32_nopad_bin utf16le_nopad_bin`,
  ],
  [
    1088,
    `armscii8_nopad_bin ascii_nopad_bin cp1250_nopad_bin cp1256_nopad_bin cp866_nopad_bin
    dec8_nopad_bin greek_nopad_bin hebrew_nopad_bin hp8_nopad_bin keybcs2_nopad_bin
    koi8r_nopad_bin koi8u_nopad_bin`,
  ],
  [
    1101,
    `latin2_nopad_bin latin5_nopad_bin latin7_nopad_bin cp850_nopad_bin cp852_nopad_bin
    swe7_nopad_bin utf8mb3_nopad_bin big5_nopad_bin euckr_nopad_bin gb2312_nopad_bin
    gbk_nopad_bin sjis_nopad_bin tis620_nopad_bin ucs2_nopad_bin ujis_nopad_bin
    geostd8_general_nopad_ci geostd8_nopad_bin`,
  ],
  [1119, 'cp932_japanese_nopad_ci cp932_nopad_bin eucjpms_japanese_nopad_ci eucjpms_nopad_bin'],
  [1125, 'utf16_unicode_nopad_ci'],
  [1147, 'utf16_unicode_520_nopad_ci'],
  [1152, 'ucs2_unicode_nopad_ci'],
  [1174, 'ucs2_unicode_520_nopad_ci'],
  [1184, 'utf32_unicode_nopad_ci'],
  [1206, 'utf32_unicode_520_nopad_ci'],
  [1216, 'utf8mb3_unicode_nopad_ci'],
  [1238, 'utf8mb3_unicode_520_nopad_ci'],
  [1248, 'utf8mb4_unicode_nopad_ci'],
  [1270, 'utf8mb4_unicode_520_nopad_ci'],
  [
    2048,
    `utf8mb3_uca1400_ai_ci utf8mb3_uca1400_ai_cs utf8mb3_uca1400_as_ci utf8mb3_uca1400_as_cs
    utf8mb3_uca1400_nopad_ai_ci utf8mb3_uca1400_nopad_ai_cs utf8mb3_uca1400_nopad_as_ci
    utf8mb3_uca1400_nopad_as_cs utf8mb3_uca1400_icelandic_ai_ci utf8mb3_uca1400_icelandic_ai_cs
    utf8mb3_uca1400_icelandic_as_ci utf8mb3_uca1400_icelandic_as_cs
    utf8mb3_uca1400_icelandic_nopad_ai_ci utf8mb3_uca1400_icelandic_nopad_ai_cs
    utf8mb3_uca1400_icelandic_nopad_as_ci utf8mb3_uca1400_icelandic_nopad_as_cs
    utf8mb3_uca1400_latvian_ai_ci utf8mb3_uca1400_latvian_ai_cs utf8mb3_uca1400_latvian_as_ci
    utf8mb3_uca1400_latvian_as_cs utf8mb3_uca1400_latvian_nopad_ai_ci
    utf8mb3_uca1400_latvian_nopad_ai_cs utf8mb3_uca1400_latvian_nopad_as_ci
    utf8mb3_uca1400_latvian_nopad_as_cs utf8mb3_uca1400_romanian_ai_ci
    utf8mb3_uca1400_romanian_ai_cs utf8mb3_uca1400_romanian_as_ci utf8mb3_uca1400_romanian_as_cs
    utf8mb3_uca1400_romanian_nopad_ai_ci utf8mb3_uca1400_romanian_nopad_ai_cs
    utf8mb3_uca1400_romanian_nopad_as_ci utf8mb3_uca1400_romanian_nopad_as_cs
    utf8mb3_uca1400_slovenian_ai_ci utf8mb3_uca1400_slovenian_ai_cs
    utf8mb3_uca1400_slovenian_as_ci utf8mb3_uca1400_slovenian_as_cs
    utf8mb3_uca1400_slovenian_nopad_ai_ci utf8mb3_uca1400_slovenian_nopad_ai_cs
    utf8mb3_uca1400_slovenian_nopad_as_ci utf8mb3_uca1400_slovenian_nopad_as_cs
    utf8mb3_uca1400_polish_ai_ci utf8mb3_uca1400_polish_ai_cs utf8mb3_uca1400_polish_as_ci
    utf8mb3_uca1400_polish_as_cs utf8mb3_uca1400_polish_nopad_ai_ci
    utf8mb3_uca1400_polish_nopad_ai_cs utf8mb3_uca1400_polish_nopad_as_ci
    utf8mb3_uca1400_polish_nopad_as_cs utf8mb3_uca1400_estonian_ai_ci
    utf8mb3_uca1400_estonian_ai_cs utf8mb3_uca1400_estonian_as_ci utf8mb3_uca1400_estonian_as_cs
    utf8mb3_uca1400_estonian_nopad_ai_ci utf8mb3_uca1400_estonian_nopad_ai_cs
    utf8mb3_uca1400_estonian_nopad_as_ci utf8mb3_uca1400_estonian_nopad_as_cs
    utf8mb3_uca1400_spanish_ai_ci utf8mb3_uca1400_spanish_ai_cs utf8mb3_uca1400_spanish_as_ci
    utf8mb3_uca1400_spanish_as_cs utf8mb3_uca1400_spanish_nopad_ai_ci
    utf8mb3_uca1400_spanish_nopad_ai_cs utf8mb3_uca1400_spanish_nopad_as_ci
    utf8mb3_uca1400_spanish_nopad_as_cs utf8mb3_uca1400_swedish_ai_ci
    utf8mb3_uca1400_swedish_ai_cs utf8mb3_uca1400_swedish_as_ci utf8mb3_uca1400_swedish_as_cs
    utf8mb3_uca1400_swedish_nopad_ai_ci utf8mb3_uca1400_swedish_nopad_ai_cs
    utf8mb3_uca1400_swedish_nopad_as_ci utf8mb3_uca1400_swedish_nopad_as_cs
    utf8mb3_uca1400_turkish_ai_ci utf8mb3_uca1400_turkish_ai_cs utf8mb3_uca1400_turkish_as_ci
    utf8mb3_uca1400_turkish_as_cs utf8mb3_uca1400_turkish_nopad_ai_ci
    utf8mb3_uca1400_turkish_nopad_ai_cs utf8mb3_uca1400_turkish_nopad_as_ci
    utf8mb3_uca1400_turkish_nopad_as_cs utf8mb3_uca1400_czech_ai_ci utf8mb3_uca1400_czech_ai_cs
    utf8mb3_uca1400_czech_as_ci utf8mb3_uca1400_czech_as_cs utf8mb3_uca1400_czech_nopad_ai_ci
    utf8mb3_uca1400_czech_nopad_ai_cs utf8mb3_uca1400_czech_nopad_as_ci
    utf8mb3_uca1400_czech_nopad_as_cs utf8mb3_uca1400_danish_ai_ci utf8mb3_uca1400_danish_ai_cs
    utf8mb3_uca1400_danish_as_ci utf8mb3_uca1400_danish_as_cs utf8mb3_uca1400_danish_nopad_ai_ci
    utf8mb3_uca1400_danish_nopad_ai_cs utf8mb3_uca1400_danish_nopad_as_ci
    utf8mb3_uca1400_danish_nopad_as_cs utf8mb3_uca1400_lithuanian_ai_ci
    utf8mb3_uca1400_lithuanian_ai_cs utf8mb3_uca1400_lithuanian_as_ci
    utf8mb3_uca1400_lithuanian_as_cs utf8mb3_uca1400_lithuanian_nopad_ai_ci
    utf8mb3_uca1400_lithuanian_nopad_ai_cs utf8mb3_uca1400_lithuanian_nopad_as_ci
    utf8mb3_uca1400_lithuanian_nopad_as_cs utf8mb3_uca1400_slovak_ai_ci
    utf8mb3_uca1400_slovak_ai_cs utf8mb3_uca1400_slovak_as_ci utf8mb3_uca1400_slovak_as_cs
    utf8mb3_uca1400_slovak_nopad_ai_ci utf8mb3_uca1400_slovak_nopad_ai_cs
    utf8mb3_uca1400_slovak_nopad_as_ci utf8mb3_uca1400_slovak_nopad_as_cs
    utf8mb3_uca1400_spanish2_ai_ci utf8mb3_uca1400_spanish2_ai_cs utf8mb3_uca1400_spanish2_as_ci
    utf8mb3_uca1400_spanish2_as_cs utf8mb3_uca1400_spanish2_nopad_ai_ci
    utf8mb3_uca1400_spanish2_nopad_ai_cs utf8mb3_uca1400_spanish2_nopad_as_ci
    utf8mb3_uca1400_spanish2_nopad_as_cs utf8mb3_uca1400_roman_ai_ci utf8mb3_uca1400_roman_ai_cs
    utf8mb3_uca1400_roman_as_ci utf8mb3_uca1400_roman_as_cs utf8mb3_uca1400_roman_nopad_ai_ci
    utf8mb3_uca1400_roman_nopad_ai_cs utf8mb3_uca1400_roman_nopad_as_ci
    utf8mb3_uca1400_roman_nopad_as_cs utf8mb3_uca1400_persian_ai_ci
    utf8mb3_uca1400_persian_ai_cs utf8mb3_uca1400_persian_as_ci utf8mb3_uca1400_persian_as_cs
    utf8mb3_uca1400_persian_nopad_ai_ci utf8mb3_uca1400_persian_nopad_ai_cs
    utf8mb3_uca1400_persian_nopad_as_ci utf8mb3_uca1400_persian_nopad_as_cs
    utf8mb3_uca1400_esperanto_ai_ci utf8mb3_uca1400_esperanto_ai_cs
    utf8mb3_uca1400_esperanto_as_ci utf8mb3_uca1400_esperanto_as_cs
    utf8mb3_uca1400_esperanto_nopad_ai_ci utf8mb3_uca1400_esperanto_nopad_ai_cs
    utf8mb3_uca1400_esperanto_nopad_as_ci utf8mb3_uca1400_esperanto_nopad_as_cs
    utf8mb3_uca1400_hungarian_ai_ci utf8mb3_uca1400_hungarian_ai_cs
    utf8mb3_uca1400_hungarian_as_ci utf8mb3_uca1400_hungarian_as_cs
    utf8mb3_uca1400_hungarian_nopad_ai_ci utf8mb3_uca1400_hungarian_nopad_ai_cs
    utf8mb3_uca1400_hungarian_nopad_as_ci utf8mb3_uca1400_hungarian_nopad_as_cs
    utf8mb3_uca1400_sinhala_ai_ci utf8mb3_uca1400_sinhala_ai_cs utf8mb3_uca1400_sinhala_as_ci
    utf8mb3_uca1400_sinhala_as_cs utf8mb3_uca1400_sinhala_nopad_ai_ci
    utf8mb3_uca1400_sinhala_nopad_ai_cs utf8mb3_uca1400_sinhala_nopad_as_ci
    utf8mb3_uca1400_sinhala_nopad_as_cs utf8mb3_uca1400_german2_ai_ci
    utf8mb3_uca1400_german2_ai_cs utf8mb3_uca1400_german2_as_ci utf8mb3_uca1400_german2_as_cs
    utf8mb3_uca1400_german2_nopad_ai_ci utf8mb3_uca1400_german2_nopad_ai_cs
    utf8mb3_uca1400_german2_nopad_as_ci utf8mb3_uca1400_german2_nopad_as_cs`,
  ],
  [
    2232,
    `utf8mb3_uca1400_vietnamese_ai_ci utf8mb3_uca1400_vietnamese_ai_cs
    utf8mb3_uca1400_vietnamese_as_ci utf8mb3_uca1400_vietnamese_as_cs
    utf8mb3_uca1400_vietnamese_nopad_ai_ci utf8mb3_uca1400_vietnamese_nopad_ai_cs
    utf8mb3_uca1400_vietnamese_nopad_as_ci utf8mb3_uca1400_vietnamese_nopad_as_cs
    utf8mb3_uca1400_croatian_ai_ci utf8mb3_uca1400_croatian_ai_cs utf8mb3_uca1400_croatian_as_ci
    utf8mb3_uca1400_croatian_as_cs utf8mb3_uca1400_croatian_nopad_ai_ci
    utf8mb3_uca1400_croatian_nopad_ai_cs utf8mb3_uca1400_croatian_nopad_as_ci
    utf8mb3_uca1400_croatian_nopad_as_cs`,
  ],
  [
    2304,
    `utf8mb4_uca1400_ai_ci utf8mb4_uca1400_ai_cs utf8mb4_uca1400_as_ci utf8mb4_uca1400_as_cs
    utf8mb4_uca1400_nopad_ai_ci utf8mb4_uca1400_nopad_ai_cs utf8mb4_uca1400_nopad_as_ci
    utf8mb4_uca1400_nopad_as_cs utf8mb4_uca1400_icelandic_ai_ci utf8mb4_uca1400_icelandic_ai_cs
    utf8mb4_uca1400_icelandic_as_ci utf8mb4_uca1400_icelandic_as_cs
    utf8mb4_uca1400_icelandic_nopad_ai_ci utf8mb4_uca1400_icelandic_nopad_ai_cs
    utf8mb4_uca1400_icelandic_nopad_as_ci utf8mb4_uca1400_icelandic_nopad_as_cs
    utf8mb4_uca1400_latvian_ai_ci utf8mb4_uca1400_latvian_ai_cs utf8mb4_uca1400_latvian_as_ci
    utf8mb4_uca1400_latvian_as_cs utf8mb4_uca1400_latvian_nopad_ai_ci
    utf8mb4_uca1400_latvian_nopad_ai_cs utf8mb4_uca1400_latvian_nopad_as_ci
    utf8mb4_uca1400_latvian_nopad_as_cs utf8mb4_uca1400_romanian_ai_ci
    utf8mb4_uca1400_romanian_ai_cs utf8mb4_uca1400_romanian_as_ci utf8mb4_uca1400_romanian_as_cs
    utf8mb4_uca1400_romanian_nopad_ai_ci utf8mb4_uca1400_romanian_nopad_ai_cs
    utf8mb4_uca1400_romanian_nopad_as_ci utf8mb4_uca1400_romanian_nopad_as_cs
    utf8mb4_uca1400_slovenian_ai_ci utf8mb4_uca1400_slovenian_ai_cs
    utf8mb4_uca1400_slovenian_as_ci utf8mb4_uca1400_slovenian_as_cs
    utf8mb4_uca1400_slovenian_nopad_ai_ci utf8mb4_uca1400_slovenian_nopad_ai_cs
    utf8mb4_uca1400_slovenian_nopad_as_ci utf8mb4_uca1400_slovenian_nopad_as_cs
    utf8mb4_uca1400_polish_ai_ci utf8mb4_uca1400_polish_ai_cs utf8mb4_uca1400_polish_as_ci
    utf8mb4_uca1400_polish_as_cs utf8mb4_uca1400_polish_nopad_ai_ci
    utf8mb4_uca1400_polish_nopad_ai_cs utf8mb4_uca1400_polish_nopad_as_ci
    utf8mb4_uca1400_polish_nopad_as_cs utf8mb4_uca1400_estonian_ai_ci
    utf8mb4_uca1400_estonian_ai_cs utf8mb4_uca1400_estonian_as_ci utf8mb4_uca1400_estonian_as_cs
    utf8mb4_uca1400_estonian_nopad_ai_ci utf8mb4_uca1400_estonian_nopad_ai_cs
    utf8mb4_uca1400_estonian_nopad_as_ci utf8mb4_uca1400_estonian_nopad_as_cs
    utf8mb4_uca1400_spanish_ai_ci utf8mb4_uca1400_spanish_ai_cs utf8mb4_uca1400_spanish_as_ci
    utf8mb4_uca1400_spanish_as_cs utf8mb4_uca1400_spanish_nopad_ai_ci
    utf8mb4_uca1400_spanish_nopad_ai_cs utf8mb4_uca1400_spanish_nopad_as_ci
    utf8mb4_uca1400_spanish_nopad_as_cs utf8mb4_uca1400_swedish_ai_ci
    utf8mb4_uca1400_swedish_ai_cs utf8mb4_uca1400_swedish_as_ci utf8mb4_uca1400_swedish_as_cs
    utf8mb4_uca1400_swedish_nopad_ai_ci utf8mb4_uca1400_swedish_nopad_ai_cs
    utf8mb4_uca1400_swedish_nopad_as_ci utf8mb4_uca1400_swedish_nopad_as_cs
    utf8mb4_uca1400_turkish_ai_ci utf8mb4_uca1400_turkish_ai_cs utf8mb4_uca1400_turkish_as_ci
    utf8mb4_uca1400_turkish_as_cs utf8mb4_uca1400_turkish_nopad_ai_ci
    utf8mb4_uca1400_turkish_nopad_ai_cs utf8mb4_uca1400_turkish_nopad_as_ci
    utf8mb4_uca1400_turkish_nopad_as_cs utf8mb4_uca1400_czech_ai_ci utf8mb4_uca1400_czech_ai_cs
    utf8mb4_uca1400_czech_as_ci utf8mb4_uca1400_czech_as_cs utf8mb4_uca1400_czech_nopad_ai_ci
    utf8mb4_uca1400_czech_nopad_ai_cs utf8mb4_uca1400_czech_nopad_as_ci
    utf8mb4_uca1400_czech_nopad_as_cs utf8mb4_uca1400_danish_ai_ci utf8mb4_uca1400_danish_ai_cs
    utf8mb4_uca1400_danish_as_ci utf8mb4_uca1400_danish_as_cs utf8mb4_uca1400_danish_nopad_ai_ci
    utf8mb4_uca1400_danish_nopad_ai_cs utf8mb4_uca1400_danish_nopad_as_ci
    utf8mb4_uca1400_danish_nopad_as_cs utf8mb4_uca1400_lithuanian_ai_ci
    utf8mb4_uca1400_lithuanian_ai_cs utf8mb4_uca1400_lithuanian_as_ci
    utf8mb4_uca1400_lithuanian_as_cs utf8mb4_uca1400_lithuanian_nopad_ai_ci
    utf8mb4_uca1400_lithuanian_nopad_ai_cs utf8mb4_uca1400_lithuanian_nopad_as_ci
    utf8mb4_uca1400_lithuanian_nopad_as_cs utf8mb4_uca1400_slovak_ai_ci
    utf8mb4_uca1400_slovak_ai_cs utf8mb4_uca1400_slovak_as_ci utf8mb4_uca1400_slovak_as_cs
    utf8mb4_uca1400_slovak_nopad_ai_ci utf8mb4_uca1400_slovak_nopad_ai_cs
    utf8mb4_uca1400_slovak_nopad_as_ci utf8mb4_uca1400_slovak_nopad_as_cs
    utf8mb4_uca1400_spanish2_ai_ci utf8mb4_uca1400_spanish2_ai_cs utf8mb4_uca1400_spanish2_as_ci
    utf8mb4_uca1400_spanish2_as_cs utf8mb4_uca1400_spanish2_nopad_ai_ci
    utf8mb4_uca1400_spanish2_nopad_ai_cs utf8mb4_uca1400_spanish2_nopad_as_ci
    utf8mb4_uca1400_spanish2_nopad_as_cs utf8mb4_uca1400_roman_ai_ci utf8mb4_uca1400_roman_ai_cs
    utf8mb4_uca1400_roman_as_ci utf8mb4_uca1400_roman_as_cs utf8mb4_uca1400_roman_nopad_ai_ci
    utf8mb4_uca1400_roman_nopad_ai_cs utf8mb4_uca1400_roman_nopad_as_ci
    utf8mb4_uca1400_roman_nopad_as_cs utf8mb4_uca1400_persian_ai_ci
    utf8mb4_uca1400_persian_ai_cs utf8mb4_uca1400_persian_as_ci utf8mb4_uca1400_persian_as_cs
    utf8mb4_uca1400_persian_nopad_ai_ci utf8mb4_uca1400_persian_nopad_ai_cs
    utf8mb4_uca1400_persian_nopad_as_ci utf8mb4_uca1400_persian_nopad_as_cs
    utf8mb4_uca1400_esperanto_ai_ci utf8mb4_uca1400_esperanto_ai_cs
    utf8mb4_uca1400_esperanto_as_ci utf8mb4_uca1400_esperanto_as_cs
    utf8mb4_uca1400_esperanto_nopad_ai_ci utf8mb4_uca1400_esperanto_nopad_ai_cs
    utf8mb4_uca1400_esperanto_nopad_as_ci utf8mb4_uca1400_esperanto_nopad_as_cs
    utf8mb4_uca1400_hungarian_ai_ci utf8mb4_uca1400_hungarian_ai_cs
    utf8mb4_uca1400_hungarian_as_ci utf8mb4_uca1400_hungarian_as_cs
    utf8mb4_uca1400_hungarian_nopad_ai_ci utf8mb4_uca1400_hungarian_nopad_ai_cs
    utf8mb4_uca1400_hungarian_nopad_as_ci utf8mb4_uca1400_hungarian_nopad_as_cs
    utf8mb4_uca1400_sinhala_ai_ci utf8mb4_uca1400_sinhala_ai_cs utf8mb4_uca1400_sinhala_as_ci
    utf8mb4_uca1400_sinhala_as_cs utf8mb4_uca1400_sinhala_nopad_ai_ci
    utf8mb4_uca1400_sinhala_nopad_ai_cs utf8mb4_uca1400_sinhala_nopad_as_ci
    utf8mb4_uca1400_sinhala_nopad_as_cs utf8mb4_uca1400_german2_ai_ci
    utf8mb4_uca1400_german2_ai_cs utf8mb4_uca1400_german2_as_ci utf8mb4_uca1400_german2_as_cs
    utf8mb4_uca1400_german2_nopad_ai_ci utf8mb4_uca1400_german2_nopad_ai_cs
    utf8mb4_uca1400_german2_nopad_as_ci utf8mb4_uca1400_german2_nopad_as_cs`,
  ],
  [
    2488,
    `utf8mb4_uca1400_vietnamese_ai_ci utf8mb4_uca1400_vietnamese_ai_cs
    utf8mb4_uca1400_vietnamese_as_ci utf8mb4_uca1400_vietnamese_as_cs
    utf8mb4_uca1400_vietnamese_nopad_ai_ci utf8mb4_uca1400_vietnamese_nopad_ai_cs
    utf8mb4_uca1400_vietnamese_nopad_as_ci utf8mb4_uca1400_vietnamese_nopad_as_cs
    utf8mb4_uca1400_croatian_ai_ci utf8mb4_uca1400_croatian_ai_cs utf8mb4_uca1400_croatian_as_ci
    utf8mb4_uca1400_croatian_as_cs utf8mb4_uca1400_croatian_nopad_ai_ci
    utf8mb4_uca1400_croatian_nopad_ai_cs utf8mb4_uca1400_croatian_nopad_as_ci
    utf8mb4_uca1400_croatian_nopad_as_cs`,
  ],
  [
    2560,
    `ucs2_uca1400_ai_ci ucs2_uca1400_ai_cs ucs2_uca1400_as_ci ucs2_uca1400_as_cs
    ucs2_uca1400_nopad_ai_ci ucs2_uca1400_nopad_ai_cs ucs2_uca1400_nopad_as_ci
    ucs2_uca1400_nopad_as_cs ucs2_uca1400_icelandic_ai_ci ucs2_uca1400_icelandic_ai_cs
    ucs2_uca1400_icelandic_as_ci ucs2_uca1400_icelandic_as_cs ucs2_uca1400_icelandic_nopad_ai_ci
    ucs2_uca1400_icelandic_nopad_ai_cs ucs2_uca1400_icelandic_nopad_as_ci
    ucs2_uca1400_icelandic_nopad_as_cs ucs2_uca1400_latvian_ai_ci ucs2_uca1400_latvian_ai_cs
    ucs2_uca1400_latvian_as_ci ucs2_uca1400_latvian_as_cs ucs2_uca1400_latvian_nopad_ai_ci
    ucs2_uca1400_latvian_nopad_ai_cs ucs2_uca1400_latvian_nopad_as_ci
    ucs2_uca1400_latvian_nopad_as_cs ucs2_uca1400_romanian_ai_ci ucs2_uca1400_romanian_ai_cs
    ucs2_uca1400_romanian_as_ci ucs2_uca1400_romanian_as_cs ucs2_uca1400_romanian_nopad_ai_ci
    ucs2_uca1400_romanian_nopad_ai_cs ucs2_uca1400_romanian_nopad_as_ci
    ucs2_uca1400_romanian_nopad_as_cs ucs2_uca1400_slovenian_ai_ci ucs2_uca1400_slovenian_ai_cs
    ucs2_uca1400_slovenian_as_ci ucs2_uca1400_slovenian_as_cs ucs2_uca1400_slovenian_nopad_ai_ci
    ucs2_uca1400_slovenian_nopad_ai_cs ucs2_uca1400_slovenian_nopad_as_ci
    ucs2_uca1400_slovenian_nopad_as_cs ucs2_uca1400_polish_ai_ci ucs2_uca1400_polish_ai_cs
    ucs2_uca1400_polish_as_ci ucs2_uca1400_polish_as_cs ucs2_uca1400_polish_nopad_ai_ci
    ucs2_uca1400_polish_nopad_ai_cs ucs2_uca1400_polish_nopad_as_ci
    ucs2_uca1400_polish_nopad_as_cs ucs2_uca1400_estonian_ai_ci ucs2_uca1400_estonian_ai_cs
    ucs2_uca1400_estonian_as_ci ucs2_uca1400_estonian_as_cs ucs2_uca1400_estonian_nopad_ai_ci
    ucs2_uca1400_estonian_nopad_ai_cs ucs2_uca1400_estonian_nopad_as_ci
    ucs2_uca1400_estonian_nopad_as_cs ucs2_uca1400_spanish_ai_ci ucs2_uca1400_spanish_ai_cs
    ucs2_uca1400_spanish_as_ci ucs2_uca1400_spanish_as_cs ucs2_uca1400_spanish_nopad_ai_ci
    ucs2_uca1400_spanish_nopad_ai_cs ucs2_uca1400_spanish_nopad_as_ci
    ucs2_uca1400_spanish_nopad_as_cs ucs2_uca1400_swedish_ai_ci ucs2_uca1400_swedish_ai_cs
    ucs2_uca1400_swedish_as_ci ucs2_uca1400_swedish_as_cs ucs2_uca1400_swedish_nopad_ai_ci
    ucs2_uca1400_swedish_nopad_ai_cs ucs2_uca1400_swedish_nopad_as_ci
    ucs2_uca1400_swedish_nopad_as_cs ucs2_uca1400_turkish_ai_ci ucs2_uca1400_turkish_ai_cs
    ucs2_uca1400_turkish_as_ci ucs2_uca1400_turkish_as_cs ucs2_uca1400_turkish_nopad_ai_ci
    ucs2_uca1400_turkish_nopad_ai_cs ucs2_uca1400_turkish_nopad_as_ci
    ucs2_uca1400_turkish_nopad_as_cs ucs2_uca1400_czech_ai_ci ucs2_uca1400_czech_ai_cs
    ucs2_uca1400_czech_as_ci ucs2_uca1400_czech_as_cs ucs2_uca1400_czech_nopad_ai_ci
    ucs2_uca1400_czech_nopad_ai_cs ucs2_uca1400_czech_nopad_as_ci ucs2_uca1400_czech_nopad_as_cs
    ucs2_uca1400_danish_ai_ci ucs2_uca1400_danish_ai_cs ucs2_uca1400_danish_as_ci
    ucs2_uca1400_danish_as_cs ucs2_uca1400_danish_nopad_ai_ci ucs2_uca1400_danish_nopad_ai_cs
    ucs2_uca1400_danish_nopad_as_ci ucs2_uca1400_danish_nopad_as_cs
    ucs2_uca1400_lithuanian_ai_ci ucs2_uca1400_lithuanian_ai_cs ucs2_uca1400_lithuanian_as_ci
    ucs2_uca1400_lithuanian_as_cs ucs2_uca1400_lithuanian_nopad_ai_ci
    ucs2_uca1400_lithuanian_nopad_ai_cs ucs2_uca1400_lithuanian_nopad_as_ci
    ucs2_uca1400_lithuanian_nopad_as_cs ucs2_uca1400_slovak_ai_ci ucs2_uca1400_slovak_ai_cs
    ucs2_uca1400_slovak_as_ci ucs2_uca1400_slovak_as_cs ucs2_uca1400_slovak_nopad_ai_ci
    ucs2_uca1400_slovak_nopad_ai_cs ucs2_uca1400_slovak_nopad_as_ci
    ucs2_uca1400_slovak_nopad_as_cs ucs2_uca1400_spanish2_ai_ci ucs2_uca1400_spanish2_ai_cs
    ucs2_uca1400_spanish2_as_ci ucs2_uca1400_spanish2_as_cs ucs2_uca1400_spanish2_nopad_ai_ci
    ucs2_uca1400_spanish2_nopad_ai_cs ucs2_uca1400_spanish2_nopad_as_ci
    ucs2_uca1400_spanish2_nopad_as_cs ucs2_uca1400_roman_ai_ci ucs2_uca1400_roman_ai_cs
    ucs2_uca1400_roman_as_ci ucs2_uca1400_roman_as_cs ucs2_uca1400_roman_nopad_ai_ci
    ucs2_uca1400_roman_nopad_ai_cs ucs2_uca1400_roman_nopad_as_ci ucs2_uca1400_roman_nopad_as_cs
    ucs2_uca1400_persian_ai_ci ucs2_uca1400_persian_ai_cs ucs2_uca1400_persian_as_ci
    ucs2_uca1400_persian_as_cs ucs2_uca1400_persian_nopad_ai_ci ucs2_uca1400_persian_nopad_ai_cs
    ucs2_uca1400_persian_nopad_as_ci ucs2_uca1400_persian_nopad_as_cs
    ucs2_uca1400_esperanto_ai_ci ucs2_uca1400_esperanto_ai_cs ucs2_uca1400_esperanto_as_ci
    ucs2_uca1400_esperanto_as_cs ucs2_uca1400_esperanto_nopad_ai_ci
    ucs2_uca1400_esperanto_nopad_ai_cs ucs2_uca1400_esperanto_nopad_as_ci
    ucs2_uca1400_esperanto_nopad_as_cs ucs2_uca1400_hungarian_ai_ci ucs2_uca1400_hungarian_ai_cs
    ucs2_uca1400_hungarian_as_ci ucs2_uca1400_hungarian_as_cs ucs2_uca1400_hungarian_nopad_ai_ci
    ucs2_uca1400_hungarian_nopad_ai_cs ucs2_uca1400_hungarian_nopad_as_ci
    ucs2_uca1400_hungarian_nopad_as_cs ucs2_uca1400_sinhala_ai_ci ucs2_uca1400_sinhala_ai_cs
    ucs2_uca1400_sinhala_as_ci ucs2_uca1400_sinhala_as_cs ucs2_uca1400_sinhala_nopad_ai_ci
    ucs2_uca1400_sinhala_nopad_ai_cs ucs2_uca1400_sinhala_nopad_as_ci
    ucs2_uca1400_sinhala_nopad_as_cs ucs2_uca1400_german2_ai_ci ucs2_uca1400_german2_ai_cs
    ucs2_uca1400_german2_as_ci ucs2_uca1400_german2_as_cs ucs2_uca1400_german2_nopad_ai_ci
    ucs2_uca1400_german2_nopad_ai_cs ucs2_uca1400_german2_nopad_as_ci
    ucs2_uca1400_german2_nopad_as_cs`,
  ],
  [
    2744,
    `ucs2_uca1400_vietnamese_ai_ci ucs2_uca1400_vietnamese_ai_cs ucs2_uca1400_vietnamese_as_ci
    ucs2_uca1400_vietnamese_as_cs ucs2_uca1400_vietnamese_nopad_ai_ci
    ucs2_uca1400_vietnamese_nopad_ai_cs ucs2_uca1400_vietnamese_nopad_as_ci
    ucs2_uca1400_vietnamese_nopad_as_cs ucs2_uca1400_croatian_ai_ci ucs2_uca1400_croatian_ai_cs
    ucs2_uca1400_croatian_as_ci ucs2_uca1400_croatian_as_cs ucs2_uca1400_croatian_nopad_ai_ci
    ucs2_uca1400_croatian_nopad_ai_cs ucs2_uca1400_croatian_nopad_as_ci
    ucs2_uca1400_croatian_nopad_as_cs`,
  ],
  [
    2816,
    `utf16_uca1400_ai_ci utf16_uca1400_ai_cs utf16_uca1400_as_ci utf16_uca1400_as_cs
    utf16_uca1400_nopad_ai_ci utf16_uca1400_nopad_ai_cs utf16_uca1400_nopad_as_ci
    utf16_uca1400_nopad_as_cs utf16_uca1400_icelandic_ai_ci utf16_uca1400_icelandic_ai_cs
    utf16_uca1400_icelandic_as_ci utf16_uca1400_icelandic_as_cs
    utf16_uca1400_icelandic_nopad_ai_ci utf16_uca1400_icelandic_nopad_ai_cs
    utf16_uca1400_icelandic_nopad_as_ci utf16_uca1400_icelandic_nopad_as_cs
    utf16_uca1400_latvian_ai_ci utf16_uca1400_latvian_ai_cs utf16_uca1400_latvian_as_ci
    utf16_uca1400_latvian_as_cs utf16_uca1400_latvian_nopad_ai_ci
    utf16_uca1400_latvian_nopad_ai_cs utf16_uca1400_latvian_nopad_as_ci
    utf16_uca1400_latvian_nopad_as_cs utf16_uca1400_romanian_ai_ci utf16_uca1400_romanian_ai_cs
    utf16_uca1400_romanian_as_ci utf16_uca1400_romanian_as_cs utf16_uca1400_romanian_nopad_ai_ci
    utf16_uca1400_romanian_nopad_ai_cs utf16_uca1400_romanian_nopad_as_ci
    utf16_uca1400_romanian_nopad_as_cs utf16_uca1400_slovenian_ai_ci
    utf16_uca1400_slovenian_ai_cs utf16_uca1400_slovenian_as_ci utf16_uca1400_slovenian_as_cs
    utf16_uca1400_slovenian_nopad_ai_ci utf16_uca1400_slovenian_nopad_ai_cs
    utf16_uca1400_slovenian_nopad_as_ci utf16_uca1400_slovenian_nopad_as_cs
    utf16_uca1400_polish_ai_ci utf16_uca1400_polish_ai_cs utf16_uca1400_polish_as_ci
    utf16_uca1400_polish_as_cs utf16_uca1400_polish_nopad_ai_ci utf16_uca1400_polish_nopad_ai_cs
    utf16_uca1400_polish_nopad_as_ci utf16_uca1400_polish_nopad_as_cs
    utf16_uca1400_estonian_ai_ci utf16_uca1400_estonian_ai_cs utf16_uca1400_estonian_as_ci
    utf16_uca1400_estonian_as_cs utf16_uca1400_estonian_nopad_ai_ci
    utf16_uca1400_estonian_nopad_ai_cs utf16_uca1400_estonian_nopad_as_ci
    utf16_uca1400_estonian_nopad_as_cs utf16_uca1400_spanish_ai_ci utf16_uca1400_spanish_ai_cs
    utf16_uca1400_spanish_as_ci utf16_uca1400_spanish_as_cs utf16_uca1400_spanish_nopad_ai_ci
    utf16_uca1400_spanish_nopad_ai_cs utf16_uca1400_spanish_nopad_as_ci
    utf16_uca1400_spanish_nopad_as_cs utf16_uca1400_swedish_ai_ci utf16_uca1400_swedish_ai_cs
    utf16_uca1400_swedish_as_ci utf16_uca1400_swedish_as_cs utf16_uca1400_swedish_nopad_ai_ci
    utf16_uca1400_swedish_nopad_ai_cs utf16_uca1400_swedish_nopad_as_ci
    utf16_uca1400_swedish_nopad_as_cs utf16_uca1400_turkish_ai_ci utf16_uca1400_turkish_ai_cs
    utf16_uca1400_turkish_as_ci utf16_uca1400_turkish_as_cs utf16_uca1400_turkish_nopad_ai_ci
    utf16_uca1400_turkish_nopad_ai_cs utf16_uca1400_turkish_nopad_as_ci
    utf16_uca1400_turkish_nopad_as_cs utf16_uca1400_czech_ai_ci utf16_uca1400_czech_ai_cs
    utf16_uca1400_czech_as_ci utf16_uca1400_czech_as_cs utf16_uca1400_czech_nopad_ai_ci
    utf16_uca1400_czech_nopad_ai_cs utf16_uca1400_czech_nopad_as_ci
    utf16_uca1400_czech_nopad_as_cs utf16_uca1400_danish_ai_ci utf16_uca1400_danish_ai_cs
    utf16_uca1400_danish_as_ci utf16_uca1400_danish_as_cs utf16_uca1400_danish_nopad_ai_ci
    utf16_uca1400_danish_nopad_ai_cs utf16_uca1400_danish_nopad_as_ci
    utf16_uca1400_danish_nopad_as_cs utf16_uca1400_lithuanian_ai_ci
    utf16_uca1400_lithuanian_ai_cs utf16_uca1400_lithuanian_as_ci utf16_uca1400_lithuanian_as_cs
    utf16_uca1400_lithuanian_nopad_ai_ci utf16_uca1400_lithuanian_nopad_ai_cs
    utf16_uca1400_lithuanian_nopad_as_ci utf16_uca1400_lithuanian_nopad_as_cs
    utf16_uca1400_slovak_ai_ci utf16_uca1400_slovak_ai_cs utf16_uca1400_slovak_as_ci
    utf16_uca1400_slovak_as_cs utf16_uca1400_slovak_nopad_ai_ci utf16_uca1400_slovak_nopad_ai_cs
    utf16_uca1400_slovak_nopad_as_ci utf16_uca1400_slovak_nopad_as_cs
    utf16_uca1400_spanish2_ai_ci utf16_uca1400_spanish2_ai_cs utf16_uca1400_spanish2_as_ci
    utf16_uca1400_spanish2_as_cs utf16_uca1400_spanish2_nopad_ai_ci
    utf16_uca1400_spanish2_nopad_ai_cs utf16_uca1400_spanish2_nopad_as_ci
    utf16_uca1400_spanish2_nopad_as_cs utf16_uca1400_roman_ai_ci utf16_uca1400_roman_ai_cs
    utf16_uca1400_roman_as_ci utf16_uca1400_roman_as_cs utf16_uca1400_roman_nopad_ai_ci
    utf16_uca1400_roman_nopad_ai_cs utf16_uca1400_roman_nopad_as_ci
    utf16_uca1400_roman_nopad_as_cs utf16_uca1400_persian_ai_ci utf16_uca1400_persian_ai_cs
    utf16_uca1400_persian_as_ci utf16_uca1400_persian_as_cs utf16_uca1400_persian_nopad_ai_ci
    utf16_uca1400_persian_nopad_ai_cs utf16_uca1400_persian_nopad_as_ci
    utf16_uca1400_persian_nopad_as_cs utf16_uca1400_esperanto_ai_ci
    utf16_uca1400_esperanto_ai_cs utf16_uca1400_esperanto_as_ci utf16_uca1400_esperanto_as_cs
    utf16_uca1400_esperanto_nopad_ai_ci utf16_uca1400_esperanto_nopad_ai_cs
    utf16_uca1400_esperanto_nopad_as_ci utf16_uca1400_esperanto_nopad_as_cs
    utf16_uca1400_hungarian_ai_ci utf16_uca1400_hungarian_ai_cs utf16_uca1400_hungarian_as_ci
    utf16_uca1400_hungarian_as_cs utf16_uca1400_hungarian_nopad_ai_ci
    utf16_uca1400_hungarian_nopad_ai_cs utf16_uca1400_hungarian_nopad_as_ci
    utf16_uca1400_hungarian_nopad_as_cs utf16_uca1400_sinhala_ai_ci utf16_uca1400_sinhala_ai_cs
    utf16_uca1400_sinhala_as_ci utf16_uca1400_sinhala_as_cs utf16_uca1400_sinhala_nopad_ai_ci
    utf16_uca1400_sinhala_nopad_ai_cs utf16_uca1400_sinhala_nopad_as_ci
    utf16_uca1400_sinhala_nopad_as_cs utf16_uca1400_german2_ai_ci utf16_uca1400_german2_ai_cs
    utf16_uca1400_german2_as_ci utf16_uca1400_german2_as_cs utf16_uca1400_german2_nopad_ai_ci
    utf16_uca1400_german2_nopad_ai_cs utf16_uca1400_german2_nopad_as_ci
    utf16_uca1400_german2_nopad_as_cs`,
  ],
  [
    3000,
    `utf16_uca1400_vietnamese_ai_ci utf16_uca1400_vietnamese_ai_cs utf16_uca1400_vietnamese_as_ci
    utf16_uca1400_vietnamese_as_cs utf16_uca1400_vietnamese_nopad_ai_ci
    utf16_uca1400_vietnamese_nopad_ai_cs utf16_uca1400_vietnamese_nopad_as_ci
    utf16_uca1400_vietnamese_nopad_as_cs utf16_uca1400_croatian_ai_ci
    utf16_uca1400_croatian_ai_cs utf16_uca1400_croatian_as_ci utf16_uca1400_croatian_as_cs
    utf16_uca1400_croatian_nopad_ai_ci utf16_uca1400_croatian_nopad_ai_cs
    utf16_uca1400_croatian_nopad_as_ci utf16_uca1400_croatian_nopad_as_cs`,
  ],
  [
    3072,
    `utf32_uca1400_ai_ci utf32_uca1400_ai_cs utf32_uca1400_as_ci utf32_uca1400_as_cs
    utf32_uca1400_nopad_ai_ci utf32_uca1400_nopad_ai_cs utf32_uca1400_nopad_as_ci
    utf32_uca1400_nopad_as_cs utf32_uca1400_icelandic_ai_ci utf32_uca1400_icelandic_ai_cs
    utf32_uca1400_icelandic_as_ci utf32_uca1400_icelandic_as_cs
    utf32_uca1400_icelandic_nopad_ai_ci utf32_uca1400_icelandic_nopad_ai_cs
    utf32_uca1400_icelandic_nopad_as_ci utf32_uca1400_icelandic_nopad_as_cs
    utf32_uca1400_latvian_ai_ci utf32_uca1400_latvian_ai_cs utf32_uca1400_latvian_as_ci
    utf32_uca1400_latvian_as_cs utf32_uca1400_latvian_nopad_ai_ci
    utf32_uca1400_latvian_nopad_ai_cs utf32_uca1400_latvian_nopad_as_ci
    utf32_uca1400_latvian_nopad_as_cs utf32_uca1400_romanian_ai_ci utf32_uca1400_romanian_ai_cs
    utf32_uca1400_romanian_as_ci utf32_uca1400_romanian_as_cs utf32_uca1400_romanian_nopad_ai_ci
    utf32_uca1400_romanian_nopad_ai_cs utf32_uca1400_romanian_nopad_as_ci
    utf32_uca1400_romanian_nopad_as_cs utf32_uca1400_slovenian_ai_ci
    utf32_uca1400_slovenian_ai_cs utf32_uca1400_slovenian_as_ci utf32_uca1400_slovenian_as_cs
    utf32_uca1400_slovenian_nopad_ai_ci utf32_uca1400_slovenian_nopad_ai_cs
    utf32_uca1400_slovenian_nopad_as_ci utf32_uca1400_slovenian_nopad_as_cs
    utf32_uca1400_polish_ai_ci utf32_uca1400_polish_ai_cs utf32_uca1400_polish_as_ci
    utf32_uca1400_polish_as_cs utf32_uca1400_polish_nopad_ai_ci utf32_uca1400_polish_nopad_ai_cs
    utf32_uca1400_polish_nopad_as_ci utf32_uca1400_polish_nopad_as_cs
    utf32_uca1400_estonian_ai_ci utf32_uca1400_estonian_ai_cs utf32_uca1400_estonian_as_ci
    utf32_uca1400_estonian_as_cs utf32_uca1400_estonian_nopad_ai_ci
    utf32_uca1400_estonian_nopad_ai_cs utf32_uca1400_estonian_nopad_as_ci
    utf32_uca1400_estonian_nopad_as_cs utf32_uca1400_spanish_ai_ci utf32_uca1400_spanish_ai_cs
    utf32_uca1400_spanish_as_ci utf32_uca1400_spanish_as_cs utf32_uca1400_spanish_nopad_ai_ci
    utf32_uca1400_spanish_nopad_ai_cs utf32_uca1400_spanish_nopad_as_ci
    utf32_uca1400_spanish_nopad_as_cs utf32_uca1400_swedish_ai_ci utf32_uca1400_swedish_ai_cs
    utf32_uca1400_swedish_as_ci utf32_uca1400_swedish_as_cs utf32_uca1400_swedish_nopad_ai_ci
    utf32_uca1400_swedish_nopad_ai_cs utf32_uca1400_swedish_nopad_as_ci
    utf32_uca1400_swedish_nopad_as_cs utf32_uca1400_turkish_ai_ci utf32_uca1400_turkish_ai_cs
    utf32_uca1400_turkish_as_ci utf32_uca1400_turkish_as_cs utf32_uca1400_turkish_nopad_ai_ci
    utf32_uca1400_turkish_nopad_ai_cs utf32_uca1400_turkish_nopad_as_ci
    utf32_uca1400_turkish_nopad_as_cs utf32_uca1400_czech_ai_ci utf32_uca1400_czech_ai_cs
    utf32_uca1400_czech_as_ci utf32_uca1400_czech_as_cs utf32_uca1400_czech_nopad_ai_ci
    utf32_uca1400_czech_nopad_ai_cs utf32_uca1400_czech_nopad_as_ci
    utf32_uca1400_czech_nopad_as_cs utf32_uca1400_danish_ai_ci utf32_uca1400_danish_ai_cs
    utf32_uca1400_danish_as_ci utf32_uca1400_danish_as_cs utf32_uca1400_danish_nopad_ai_ci
    utf32_uca1400_danish_nopad_ai_cs utf32_uca1400_danish_nopad_as_ci
    utf32_uca1400_danish_nopad_as_cs utf32_uca1400_lithuanian_ai_ci
    utf32_uca1400_lithuanian_ai_cs utf32_uca1400_lithuanian_as_ci utf32_uca1400_lithuanian_as_cs
    utf32_uca1400_lithuanian_nopad_ai_ci utf32_uca1400_lithuanian_nopad_ai_cs
    utf32_uca1400_lithuanian_nopad_as_ci utf32_uca1400_lithuanian_nopad_as_cs
    utf32_uca1400_slovak_ai_ci utf32_uca1400_slovak_ai_cs utf32_uca1400_slovak_as_ci
    utf32_uca1400_slovak_as_cs utf32_uca1400_slovak_nopad_ai_ci utf32_uca1400_slovak_nopad_ai_cs
    utf32_uca1400_slovak_nopad_as_ci utf32_uca1400_slovak_nopad_as_cs
    utf32_uca1400_spanish2_ai_ci utf32_uca1400_spanish2_ai_cs utf32_uca1400_spanish2_as_ci
    utf32_uca1400_spanish2_as_cs utf32_uca1400_spanish2_nopad_ai_ci
    utf32_uca1400_spanish2_nopad_ai_cs utf32_uca1400_spanish2_nopad_as_ci
    utf32_uca1400_spanish2_nopad_as_cs utf32_uca1400_roman_ai_ci utf32_uca1400_roman_ai_cs
    utf32_uca1400_roman_as_ci utf32_uca1400_roman_as_cs utf32_uca1400_roman_nopad_ai_ci
    utf32_uca1400_roman_nopad_ai_cs utf32_uca1400_roman_nopad_as_ci
    utf32_uca1400_roman_nopad_as_cs utf32_uca1400_persian_ai_ci utf32_uca1400_persian_ai_cs
    utf32_uca1400_persian_as_ci utf32_uca1400_persian_as_cs utf32_uca1400_persian_nopad_ai_ci
    utf32_uca1400_persian_nopad_ai_cs utf32_uca1400_persian_nopad_as_ci
    utf32_uca1400_persian_nopad_as_cs utf32_uca1400_esperanto_ai_ci
    utf32_uca1400_esperanto_ai_cs utf32_uca1400_esperanto_as_ci utf32_uca1400_esperanto_as_cs
    utf32_uca1400_esperanto_nopad_ai_ci utf32_uca1400_esperanto_nopad_ai_cs
    utf32_uca1400_esperanto_nopad_as_ci utf32_uca1400_esperanto_nopad_as_cs
    utf32_uca1400_hungarian_ai_ci utf32_uca1400_hungarian_ai_cs utf32_uca1400_hungarian_as_ci
    utf32_uca1400_hungarian_as_cs utf32_uca1400_hungarian_nopad_ai_ci
    utf32_uca1400_hungarian_nopad_ai_cs utf32_uca1400_hungarian_nopad_as_ci
    utf32_uca1400_hungarian_nopad_as_cs utf32_uca1400_sinhala_ai_ci utf32_uca1400_sinhala_ai_cs
    utf32_uca1400_sinhala_as_ci utf32_uca1400_sinhala_as_cs utf32_uca1400_sinhala_nopad_ai_ci
    utf32_uca1400_sinhala_nopad_ai_cs utf32_uca1400_sinhala_nopad_as_ci
    utf32_uca1400_sinhala_nopad_as_cs utf32_uca1400_german2_ai_ci utf32_uca1400_german2_ai_cs
    utf32_uca1400_german2_as_ci utf32_uca1400_german2_as_cs utf32_uca1400_german2_nopad_ai_ci
    utf32_uca1400_german2_nopad_ai_cs utf32_uca1400_german2_nopad_as_ci
    utf32_uca1400_german2_nopad_as_cs`,
  ],
  [
    3256,
    `utf32_uca1400_vietnamese_ai_ci utf32_uca1400_vietnamese_ai_cs utf32_uca1400_vietnamese_as_ci
    utf32_uca1400_vietnamese_as_cs utf32_uca1400_vietnamese_nopad_ai_ci
    utf32_uca1400_vietnamese_nopad_ai_cs utf32_uca1400_vietnamese_nopad_as_ci
    utf32_uca1400_vietnamese_nopad_as_cs utf32_uca1400_croatian_ai_ci
    utf32_uca1400_croatian_ai_cs utf32_uca1400_croatian_as_ci utf32_uca1400_croatian_as_cs
    utf32_uca1400_croatian_nopad_ai_ci utf32_uca1400_croatian_nopad_ai_cs
    utf32_uca1400_croatian_nopad_as_ci utf32_uca1400_croatian_nopad_as_cs`,
  ],
];

/** The collation of what is no text. */
export const BINARY_COLLATION = 63;

let names: Map<number, string> | null = null;
const charsets = new Map<number, Charset>();

export function collationName(id: number): string {
  names ??= new Map(
    RUNS.flatMap(([firstId, run]) =>
      run.split(/\s+/).map((name, i): [number, string] => [firstId + i, name]),
    ),
  );
  return names.get(id) ?? `collation ${id}`;
}

/** The character set of a collation, which its name starts with; UTF-8 for one that no server has. */
export function charsetOf(collation: number): Charset {
  const known = charsets.get(collation);
  if (known !== undefined) return known;
  const charset = charsetNamed(collationName(collation).split('_', 1)[0]!) ?? UTF8;
  charsets.set(collation, charset);
  return charset;
}
