"""Our selection of categories that goods of micro businesses fall into, with Indonesian names and up to four levels.

A complete Indonesian v2 tree was found nowhere in public. The platform's own ids are 700645 (the fact sheet's example),
600001, 851848 and 853000 (samples of its documentation); all others are ours, plausible and stable, and mean nothing there.

One line: id, parent (0: root), name, storefronts (empty: both, T: Tokopedia only, S: TikTok Shop only), and for leaves the
profile (`attributes.py`), with `!` before a permission other than AVAILABLE. The first leaf of both storefronts can be
listed with first options or plain text alone, without certificate or size chart.
"""

TREE = """
910001|0|Makanan & Minuman||
910010|910001|Camilan||
700645|910010|Keripik & Kerupuk||snack
910012|910010|Kue Kering & Biskuit||snack
910013|910010|Kacang & Biji-bijian||snack
910014|910010|Permen, Manisan & Dodol||snack
910015|910010|Cokelat||snack
910016|910010|Abon & Dendeng||snack
910017|910010|Buah Kering||snack
910018|910010|Camilan Tradisional||snack
910019|910010|Camilan Lainnya||snack
910020|910001|Minuman||
910021|910020|Kopi||
910022|910021|Kopi Bubuk||coffee
910023|910021|Biji Kopi||coffee
910024|910021|Kopi Instan & Celup||coffee
910025|910020|Teh||
910026|910025|Teh Celup||tea
910027|910025|Teh Seduh||tea
910028|910020|Minuman Herbal & Jamu||herbal
910029|910020|Minuman Serbuk||drink
910030|910020|Sirop||drink
910031|910020|Jus & Sari Buah||drink
910032|910020|Susu & Minuman Nabati||drink
910033|910020|Minuman Beralkohol||drink!PROHIBITED
910040|910001|Bumbu & Bahan Masak||
910041|910040|Saus & Sambal||sauce
910042|910040|Kecap||sauce
910043|910040|Bumbu Masak Instan||sauce
910044|910040|Rempah & Bumbu Bubuk||spice
910045|910040|Bawang Goreng & Pelengkap||spice
910046|910040|Terasi & Petis||sauce
910047|910040|Minyak Goreng||staple
910048|910040|Garam & Penyedap||spice
910049|910040|Gula Aren, Gula Semut & Pemanis||staple
910050|910040|Gula Pasir||staple
910060|910001|Bahan Pokok||
910061|910060|Beras||rice
910062|910060|Tepung & Bahan Kue||staple
910063|910060|Mi & Bihun Kering||staple
910064|910060|Madu||staple
910065|910060|Selai & Olesan||staple
910066|910060|Sereal & Oat||staple
910067|910060|Telur||staple
910070|910001|Makanan Siap Saji & Beku||
910071|910070|Makanan Beku||frozen
910072|910070|Lauk Siap Saji||frozen
910073|910070|Kue Basah & Roti||frozen
910074|910070|Ikan Asin & Hasil Laut Kering||staple
910075|910001|Hampers Makanan||snack
910100|0|Fashion Muslim||
910101|910100|Hijab||
910102|910101|Hijab Segi Empat||hijab
910103|910101|Pashmina||hijab
910104|910101|Hijab Instan||hijab
910105|910101|Ciput & Aksesori Hijab||hijab
910110|910100|Perlengkapan Salat||
910111|910110|Mukena||prayer
910112|910110|Sajadah||prayer
910113|910110|Sarung||prayer
910114|910110|Peci & Kopiah||hat
910120|910100|Gamis & Dress Muslim||fashion
910121|910100|Baju Koko||fashion
910122|910100|Tunik & Atasan Muslim||fashion
910130|0|Pakaian Wanita||
910131|910130|Atasan Wanita||
910132|910131|Blus & Kemeja Wanita||fashion
910133|910131|Kaos Wanita||fashion
910134|910131|Atasan Batik Wanita||batik
910135|910130|Dress||fashion
910136|910130|Rok||fashion
910137|910130|Celana Wanita||fashion
910138|910130|Outer & Kardigan||fashion
910139|910130|Daster & Pakaian Tidur||fashion
910140|910130|Kebaya & Pakaian Tradisional||batik
910150|0|Pakaian Pria||
910151|910150|Atasan Pria||
910152|910151|Kaos Pria||fashion
910153|910151|Kemeja Pria||fashion
910154|910151|Kemeja Batik Pria||batik
910155|910150|Celana Pria||fashion
910156|910150|Jaket Pria||fashion
910160|0|Pakaian Anak||
910161|910160|Setelan Anak||fashion
910162|910160|Kaos Anak||fashion
910170|0|Kain & Tekstil||
910171|910170|Kain Batik||cloth
910172|910170|Kain Tenun & Ulos||cloth
910173|910170|Kain Lainnya||cloth
910180|0|Tas & Koper||
910181|910180|Tas Wanita||
910182|910181|Tas Selempang Wanita||bag
910183|910181|Tas Tote||bag
910184|910181|Tas Anyaman||bag
910185|910180|Tas Pria||bag
910186|910180|Ransel||bag
910187|910180|Dompet||wallet
910188|910180|Dompet Koin & Pouch||wallet
910200|0|Aksesori Fashion||
910201|910200|Topi||hat
910202|910200|Ikat Pinggang||wallet
910203|910200|Kalung||jewellery
910204|910200|Gelang||jewellery
910205|910200|Anting & Bros||jewellery
910210|0|Sepatu||
910211|910210|Sandal||fashion
910212|910210|Sepatu Wanita||shoes
910213|910210|Sepatu Pria||shoes
600001|0|Perlengkapan Rumah||
851848|600001|Penyimpanan Rumah||
853000|851848|Botol & Stoples Penyimpanan||kitchen
910223|851848|Keranjang Anyaman||craft
910224|600001|Dekorasi Rumah||
910225|910224|Hiasan Dinding||craft
910226|910224|Patung & Miniatur||craft
910227|910224|Lilin & Aroma Rumah||craft
910228|910224|Bunga Hias||craft
910229|600001|Sapu & Alat Kebersihan||kitchen
910230|600001|Sprei, Bantal & Taplak||cloth
910231|600001|Furnitur Bambu & Rotan||furniture
910240|0|Peralatan Dapur||
910241|910240|Alat Makan||
910242|910241|Piring & Mangkuk||kitchen
910243|910241|Sendok & Garpu||kitchen
910244|910241|Gelas & Cangkir||kitchen
910245|910240|Alat Masak||
910246|910245|Cobek & Ulekan||kitchen
910247|910245|Wajan & Panci||kitchen
910248|910245|Talenan & Pisau||kitchen
910249|910240|Dapur Lainnya||kitchen
910260|0|Kerajinan & Suvenir||
910261|910260|Suvenir Pernikahan||souvenir
910262|910260|Suvenir Khas Daerah||souvenir
910263|910260|Gantungan Kunci & Magnet||souvenir
910264|910260|Kerajinan Kayu||craft
910265|910260|Kerajinan Kulit||craft
910266|910260|Kerajinan Kain Perca & Rajut||craft
910267|910260|Wayang & Topeng|T|craft
910268|910260|Alat Musik Tradisional|T|craft
910280|0|Kecantikan & Perawatan Diri||
910281|910280|Perawatan Tubuh||
910282|910281|Sabun Mandi||soap
910283|910281|Lulur & Scrub||scrub
910284|910281|Losion & Minyak Tubuh||cosmetic
910285|910280|Perawatan Wajah||
910286|910285|Masker Wajah||cosmetic
910287|910285|Pembersih Wajah||cosmetic
910288|910280|Perawatan Rambut||scrub
910289|910280|Minyak Asiri & Aromaterapi||scrub
910290|910280|Parfum|S|scrub
910300|0|Kesehatan||
910301|910300|Suplemen Herbal||herbal!INVITE_ONLY
910302|910300|Minyak Gosok & Balur||herbal
910310|0|Rumah & Kebun||
910311|910310|Bibit & Benih Tanaman||seed
910312|910310|Tanaman Hias||plant
910313|910310|Tanaman Buah|T|plant
910314|910310|Pupuk & Media Tanam||fertiliser
910315|910310|Pot & Perlengkapan Kebun||kitchen
910320|0|Mainan & Hobi||
910321|910320|Mainan Kayu Edukatif||toy
910322|910320|Alat Tulis & Buku||souvenir
910323|910320|Perlengkapan Hewan Peliharaan||souvenir
"""
