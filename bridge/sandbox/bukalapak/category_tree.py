"""Our selection of Bukalapak's categories for micro businesses.

One line: id, parent (0: root), name, and for leaves the profile of attributes (`attributes.py`). Ids and names under Sepeda,
Kamera, Buku (60) and Static Figure (216) are those of the official samples. Fullbike (242) is a leaf here, because the
official example creates a product in it. The other names are the platform's of 2017; no page gives their ids, so these are
ours, 2001 and up, and stay as they are. The first leaf can be listed without any attribute.
"""

TREE = """
2001|0|Food|
2002|2001|Makanan Ringan|
2010|2002|Keripik & Kerupuk|plain
2011|2002|Kue Kering|snack
2012|2002|Kacang & Biji-bijian|snack
2013|2002|Cokelat & Permen|snack
2014|2002|Makanan Ringan Lainnya|snack
2003|2001|Minuman|
2020|2003|Kopi|coffee
2021|2003|Teh|drink
2022|2003|Minuman Tradisional|drink
2023|2003|Sirup|drink
2024|2003|Minuman Lainnya|drink
2004|2001|Bahan Masakan|
2030|2004|Beras|food
2031|2004|Gula & Pemanis|food
2032|2004|Tepung|food
2033|2004|Minyak Goreng|food
2034|2004|Bumbu & Rempah|food
2035|2004|Sambal & Saus|food
2036|2004|Madu|food
2005|2001|Makanan Siap Saji|
2040|2005|Rendang & Abon|food
2041|2005|Makanan Beku|food
2042|2005|Roti & Kue Basah|food
2043|2005|Makanan Siap Saji Lainnya|food
2006|2001|Oleh-oleh|snack
2100|0|Fashion Wanita|
2101|2100|Atasan|clothes
2102|2100|Dress|clothes
2103|2100|Batik Wanita|clothes
2104|2100|Hijab|scarf
2105|2100|Mukena|clothes
2106|2100|Tas Wanita|bag
2107|2100|Sepatu Wanita|shoes
2108|2100|Aksesoris Wanita|craft
2130|0|Fashion Pria|
2131|2130|Kemeja|clothes
2132|2130|Kaos|clothes
2133|2130|Batik Pria|clothes
2134|2130|Sarung|clothes
2135|2130|Tas Pria|bag
2136|2130|Sepatu Pria|shoes
2160|0|Fashion Anak|
2161|2160|Baju Anak|clothes
2162|2160|Sepatu Anak|shoes
2200|0|Perawatan & Kecantikan|
2201|2200|Sabun & Perawatan Tubuh|care
2202|2200|Perawatan Wajah|care
2203|2200|Perawatan Rambut|care
2204|2200|Parfum|care
2230|0|Kesehatan|
2231|2230|Jamu & Herbal|herbal
2232|2230|Minyak Gosok|herbal
2260|0|Rumah Tangga|
2261|2260|Dapur|home
2262|2260|Dekorasi Rumah|home
2263|2260|Perlengkapan Tidur|home
2264|2260|Peralatan Kebersihan|home
2265|2260|Tanaman & Kebun|plain
2290|0|Perlengkapan Kantor|
2291|2290|Alat Tulis|plain
2292|2290|Souvenir & Kemasan|craft
11|0|Hobi & Koleksi|
12|11|Kerajinan Tangan|craft
13|11|Batu & Perhiasan|craft
14|11|Alat Musik|plain
15|11|Mainan|
216|15|Static Figure|plain
16|15|Mainan Edukasi|plain
60|11|Buku|book
64|0|Sepeda|
242|64|Fullbike|bike
85|64|Frame|
372|85|MTB|bike
373|85|Roadbike|bike
10|0|Kamera|
186|10|Kamera Digital|plain
350|10|Kamera Analog|plain
"""
